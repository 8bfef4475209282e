//go:build !k30 && !k31 && !k32

package main

import (
	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/kubernetes/pkg/proxy"
)

func newServiceChangeTracker(family v1.IPFamily) *proxy.ServiceChangeTracker {
	return proxy.NewServiceChangeTracker(family, nil, nil)
}

func newEndpointsChangeTracker(family v1.IPFamily, node string) *proxy.EndpointsChangeTracker {
	return proxy.NewEndpointsChangeTracker(family, node, nil, nil)
}

func categorize(endpoints []proxy.Endpoint, port proxy.ServicePort, node *v1.Node) (cluster, local, reachable []proxy.Endpoint, hasAny bool) {
	return proxy.CategorizeEndpoints(endpoints, port, node.Name, node.Labels)
}

func hintedNodes(hints *discovery.EndpointHints) []string {
	nodes := []string{}
	for _, node := range hints.ForNodes {
		nodes = append(nodes, node.Name)
	}
	return nodes
}

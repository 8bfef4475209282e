//go:build k30 || k31 || k32

package main

import (
	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	clientset "k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	"k8s.io/endpointslice/topologycache"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/pkg/proxy"
)

func newReconciler(api clientset.Interface, nodes corelisters.NodeLister, tracker *endpointsliceutil.EndpointSliceTracker, topology *topologycache.TopologyCache, recorder record.EventRecorder) *endpointslice.Reconciler {
	return endpointslice.NewReconciler(api, nodes, 100, tracker, topology, recorder, controllerName,
		endpointslice.WithTrafficDistributionEnabled(utilfeature.DefaultFeatureGate.Enabled(features.ServiceTrafficDistribution)))
}

// validTrafficDistribution: 1.30 to 1.32 check only the gate, then trafficdist checks the value.
func validTrafficDistribution(*string) bool {
	return utilfeature.DefaultFeatureGate.Enabled(features.ServiceTrafficDistribution)
}

func newServiceChangeTracker(family v1.IPFamily) *proxy.ServiceChangeTracker {
	return proxy.NewServiceChangeTracker(nil, family, &events.FakeRecorder{}, nil)
}

func newEndpointsChangeTracker(family v1.IPFamily, node string) *proxy.EndpointsChangeTracker {
	return proxy.NewEndpointsChangeTracker(node, nil, family, &events.FakeRecorder{}, nil)
}

func categorize(endpoints []proxy.Endpoint, port proxy.ServicePort, node *v1.Node) (cluster, local, reachable []proxy.Endpoint, hasAny bool) {
	return proxy.CategorizeEndpoints(endpoints, port, node.Labels)
}

// hintedNodes: the API up to 1.32 has no forNodes.
func hintedNodes(*discovery.EndpointHints) []string { return nil }

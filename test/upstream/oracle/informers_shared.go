//go:build !k36 && !k37

package main

import (
	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/kubernetes/pkg/proxy/apis"
)

// Both informers come from one factory whose selector names both labels (cmd/kube-proxy/app/server.go Run), so
// each label hides a Service as well as a slice.

func watchesService(service *v1.Service) bool { return watches(service.Labels) }

func watchesSlice(slice *discovery.EndpointSlice) bool { return watches(slice.Labels) }

func watches(labels map[string]string) bool {
	_, other := labels[apis.LabelServiceProxyName]
	_, headless := labels[v1.IsHeadlessService]
	return !other && !headless
}

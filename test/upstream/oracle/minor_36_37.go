//go:build k36 || k37

package main

import (
	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	clientset "k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	"k8s.io/endpointslice/topologycache"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/pkg/proxy/apis"
)

func newReconciler(api clientset.Interface, nodes corelisters.NodeLister, tracker *endpointsliceutil.EndpointSliceTracker, topology *topologycache.TopologyCache, events record.EventRecorder) *endpointslice.Reconciler {
	return endpointslice.NewReconciler(api, nodes, 100, tracker, topology, events, controllerName,
		endpointslice.WithPreferSameTrafficDistributionEnabled(utilfeature.DefaultFeatureGate.Enabled(features.PreferSameTrafficDistribution)))
}

// watchesService is the selector of kube-proxy's Service informer (cmd/kube-proxy/app/server.go Run): since the
// informers have a factory each, the headless label on a Service has no effect.
func watchesService(service *v1.Service) bool {
	_, other := service.Labels[apis.LabelServiceProxyName]
	return !other && service.Spec.ClusterIP != v1.ClusterIPNone
}

// watchesSlice is the selector of its EndpointSlice informer.
func watchesSlice(slice *discovery.EndpointSlice) bool {
	_, headless := slice.Labels[v1.IsHeadlessService]
	return !headless
}

func validTrafficDistribution(value *string) bool {
	return value != nil && (*value == v1.ServiceTrafficDistributionPreferClose ||
		utilfeature.DefaultFeatureGate.Enabled(features.PreferSameTrafficDistribution) &&
			(*value == v1.ServiceTrafficDistributionPreferSameZone || *value == v1.ServiceTrafficDistributionPreferSameNode))
}

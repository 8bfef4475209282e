//go:build k33 || k34 || k35

package main

import (
	v1 "k8s.io/api/core/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	clientset "k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	"k8s.io/endpointslice/topologycache"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/kubernetes/pkg/features"
)

func newReconciler(api clientset.Interface, nodes corelisters.NodeLister, tracker *endpointsliceutil.EndpointSliceTracker, topology *topologycache.TopologyCache, events record.EventRecorder) *endpointslice.Reconciler {
	return endpointslice.NewReconciler(api, nodes, 100, tracker, topology, events, controllerName,
		endpointslice.WithTrafficDistributionEnabled(
			utilfeature.DefaultFeatureGate.Enabled(features.ServiceTrafficDistribution),
			utilfeature.DefaultFeatureGate.Enabled(features.PreferSameTrafficDistribution)))
}

func validTrafficDistribution(value *string) bool {
	if value == nil || !utilfeature.DefaultFeatureGate.Enabled(features.ServiceTrafficDistribution) {
		return false
	}
	return *value == v1.ServiceTrafficDistributionPreferClose ||
		utilfeature.DefaultFeatureGate.Enabled(features.PreferSameTrafficDistribution) &&
			(*value == v1.ServiceTrafficDistributionPreferSameZone || *value == v1.ServiceTrafficDistributionPreferSameNode)
}

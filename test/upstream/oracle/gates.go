package main

import (
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	utilnet "k8s.io/utils/net"
)

// gates names the feature gates that decide about the answers, at the defaults of this minor.
func gates() map[string]bool {
	known := map[string]bool{}
	for _, name := range []featuregate.Feature{"TopologyAwareHints", "ServiceTrafficDistribution", "PreferSameTrafficDistribution"} {
		if _, ok := utilfeature.DefaultMutableFeatureGate.GetAll()[name]; ok {
			known[string(name)] = utilfeature.DefaultFeatureGate.Enabled(name)
		}
	}
	return known
}

// canonical is the spelling in which kube-proxy compares addresses; a host name is returned unchanged.
func canonical(address string) string {
	if ip := utilnet.ParseIPSloppy(address); ip != nil {
		return ip.String()
	}
	return address
}

//go:build cilium18 || cilium19

package main

import (
	"net/netip"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/cilium/cilium/pkg/k8s/utils"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
)

func addressOf(key lbmaps.ServiceKey) netip.Addr {
	address, _ := netip.AddrFromSlice(key.GetAddress())
	if key.IsIPv6() {
		return address
	}
	return address.Unmap()
}

// listOptions are those of an agent without Ingress and Gateway API.
func listOptions(proxyName string) (service, slice func(*metav1.ListOptions), err error) {
	if service, err = utils.GetServiceAndEndpointListOptionsModifier(proxyName, false); err != nil {
		return nil, nil, err
	}
	slice, err = utils.GetEndpointSliceListOptionsModifier(false)
	return service, slice, err
}

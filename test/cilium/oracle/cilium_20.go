//go:build cilium20

package main

import (
	"net/netip"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/cilium/cilium/pkg/k8s/tables"
	"github.com/cilium/cilium/pkg/k8s/utils"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
)

var resourceTables = tables.TablesCell

func addressOf(key lbmaps.ServiceKey) netip.Addr { return key.GetAddress() }

// listOptions are those of an agent without Ingress and Gateway API.
func listOptions(proxyName string) (service, slice func(*metav1.ListOptions), err error) {
	if service, err = utils.GetServiceAndEndpointListOptionsModifier(proxyName, false); err != nil {
		return nil, nil, err
	}
	slice, err = utils.GetEndpointSliceListOptionsModifier(proxyName, false)
	return service, slice, err
}

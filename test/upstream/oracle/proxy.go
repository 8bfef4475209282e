package main

import (
	"encoding/json"
	"sort"

	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/kubernetes/pkg/proxy"
)

// portView holds CategorizeEndpoints' four results for one Service port on one node.
type portView struct {
	Cluster   []string `json:"cluster"`   // null: the port never uses cluster endpoints
	Local     []string `json:"local"`     // null: the port never uses local endpoints
	Reachable []string `json:"reachable"` // all endpoints that the node programs
	HasAny    bool     `json:"hasAny"`
}

var families = []v1.IPFamily{v1.IPv4Protocol, v1.IPv6Protocol}

type views map[string]map[string]map[string][]portView

// observe runs kube-proxy's code for every node. If two slices hold the same address, map order may decide which one
// wins, so the run is repeated q.Runs times.
func observe(q question) views {
	all := views{}
	for _, service := range q.Services {
		nodes := map[string]map[string][]portView{}
		for _, node := range q.Nodes {
			nodes[node.Name] = map[string][]portView{}
		}
		all[service.Namespace+"/"+service.Name] = nodes
	}
	runs := 1
	if sharedAddress(q.Slices) {
		runs = q.Runs
	}
	for range runs {
		for _, family := range families {
			ports := servicePorts(q.Services, family)
			for _, node := range q.Nodes {
				endpoints := endpointsOf(q.Slices, family, node.Name)
				for name, port := range ports {
					at := all[name.NamespacedName.String()][node.Name]
					key := name.Port + "/" + string(family)
					at[key] = addView(at[key], view(endpoints[name], port, node))
				}
			}
		}
	}
	return all
}

func servicePorts(services []*v1.Service, family v1.IPFamily) proxy.ServicePortMap {
	tracker := newServiceChangeTracker(family)
	for _, service := range services {
		if watchesService(service) {
			tracker.Update(nil, service)
		}
	}
	ports := make(proxy.ServicePortMap)
	ports.Update(tracker)
	return ports
}

func endpointsOf(slices []*discovery.EndpointSlice, family v1.IPFamily, node string) proxy.EndpointsMap {
	tracker := newEndpointsChangeTracker(family, node)
	for _, slice := range slices {
		if watchesSlice(slice) {
			tracker.EndpointSliceUpdate(slice, false)
		}
	}
	endpoints := make(proxy.EndpointsMap)
	endpoints.Update(tracker)
	return endpoints
}

func view(endpoints []proxy.Endpoint, port proxy.ServicePort, node *v1.Node) portView {
	cluster, local, reachable, hasAny := categorize(endpoints, port, node)
	v := portView{Reachable: names(reachable), HasAny: hasAny}
	if port.UsesClusterEndpoints() {
		v.Cluster = names(cluster)
	}
	if port.UsesLocalEndpoints() {
		v.Local = names(local)
	}
	return v
}

func names(endpoints []proxy.Endpoint) []string {
	out := []string{}
	for _, endpoint := range endpoints {
		out = append(out, endpoint.String())
	}
	sort.Strings(out)
	return out
}

func addView(seen []portView, v portView) []portView {
	for _, old := range seen {
		if asJSON(old) == asJSON(v) {
			return seen
		}
	}
	return append(seen, v)
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func sharedAddress(slices []*discovery.EndpointSlice) bool {
	type place struct {
		service types.NamespacedName
		address string
	}
	seen := map[place]bool{}
	for _, slice := range slices {
		service := types.NamespacedName{Namespace: slice.Namespace, Name: slice.Labels[discovery.LabelServiceName]}
		for _, endpoint := range slice.Endpoints {
			if len(endpoint.Addresses) == 0 {
				continue
			}
			at := place{service, canonical(endpoint.Addresses[0])}
			if seen[at] {
				return true
			}
			seen[at] = true
		}
	}
	return false
}

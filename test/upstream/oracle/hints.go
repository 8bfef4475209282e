package main

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/endpointslice/topologycache"
	"k8s.io/endpointslice/trafficdist"
	"k8s.io/klog/v2"
)

const controllerName = "endpointslice-controller.k8s.io"

// sliceHints lists, for each endpoint of a slice in order, its hints; null where it has none.
type sliceHints []*discovery.EndpointHints

// prediction holds the hints that the EndpointSlice controller writes on one Service's slices.
type prediction struct {
	// Path is "reconciler" if the real Reconciler ran, "heuristics" if only the code below it did, because no set
	// of Pods produces exactly these slices, and "untouched" if the controller does not handle the Service.
	Path string `json:"path"`
	// Outcomes holds every observed outcome, by slice name; more than one if map order decides.
	Outcomes []map[string]sliceHints `json:"outcomes"`
	// Nodes is the view of every node after the hints are written: node → "port/family". Null if outcomes differ.
	Nodes map[string]map[string][]portView `json:"nodes"`
}

func predict(q question) (map[string]prediction, error) {
	all := map[string]prediction{}
	for _, service := range q.Services {
		p, err := predictService(q, service)
		if err != nil {
			return nil, err
		}
		all[service.Namespace+"/"+service.Name] = p
	}
	return all, nil
}

func predictService(q question, service *v1.Service) (prediction, error) {
	managed, others := slicesOf(q.Slices, service)
	if service.Spec.Type == v1.ServiceTypeExternalName || len(service.Spec.Selector) == 0 {
		managed, others = nil, append(others, managed...)
	}
	p := prediction{Path: "untouched"}
	after := managed
	if len(managed) > 0 {
		p.Path = "heuristics"
		if _, ok := reconcile(q.Nodes, service, managed); ok {
			p.Path = "reconciler"
		}
	}
	seen := map[string]map[string]sliceHints{}
	for run := range q.Runs {
		if run > 0 && (p.Path == "untouched" || !topologyModeAuto(service)) {
			break
		}
		switch p.Path {
		case "reconciler":
			var ok bool
			if after, ok = reconcile(q.Nodes, service, shuffled(managed)); !ok {
				return p, fmt.Errorf("the reconciler settles only sometimes for %s", service.Name)
			}
		case "heuristics":
			after = heuristics(q.Nodes, service, shuffled(managed))
		}
		result := append(append([]*discovery.EndpointSlice{}, after...), others...)
		seen[countsKey(result)] = hintsBySlice(result)
	}
	p.Outcomes = inOrder(seen)
	if !topologyModeAuto(service) {
		then := question{Nodes: q.Nodes, Services: []*v1.Service{service}, Slices: append(after, others...), Runs: q.Runs}
		p.Nodes = observe(then)[service.Namespace+"/"+service.Name]
	}
	return p, nil
}

// slicesOf splits a Service's slices into those that the controller lists as its own and all others
// (pkg/controller/endpointslice/endpointslice_controller.go syncService).
func slicesOf(slices []*discovery.EndpointSlice, service *v1.Service) (managed, others []*discovery.EndpointSlice) {
	for _, slice := range slices {
		if slice.Namespace != service.Namespace || slice.Labels[discovery.LabelServiceName] != service.Name {
			continue
		}
		if slice.Labels[discovery.LabelManagedBy] == controllerName {
			managed = append(managed, slice)
		} else {
			others = append(others, slice)
		}
	}
	return managed, others
}

// heuristics applies to slices of which only the hints change what reconcileByAddressType does from the line that
// makes a SliceInfo (k8s.io/endpointslice reconciler.go).
func heuristics(nodes []*v1.Node, service *v1.Service, slices []*discovery.EndpointSlice) []*discovery.EndpointSlice {
	cache := topologycache.NewTopologyCache()
	cache.SetNodes(klog.Background(), nodes)
	result := []*discovery.EndpointSlice{}
	byType := map[discovery.AddressType][]*discovery.EndpointSlice{}
	for _, slice := range slices {
		byType[slice.AddressType] = append(byType[slice.AddressType], slice.DeepCopy())
	}
	for addressType, unchanged := range byType {
		before := append([]*discovery.EndpointSlice{}, unchanged...)
		info := &topologycache.SliceInfo{ServiceKey: service.Namespace + "/" + service.Name, AddressType: addressType, Unchanged: unchanged}
		var updated []*discovery.EndpointSlice
		switch {
		case topologyModeAuto(service):
			_, updated, _ = cache.AddHints(klog.Background(), info)
		case validTrafficDistribution(service.Spec.TrafficDistribution):
			_, updated, _ = trafficdist.ReconcileHints(service.Spec.TrafficDistribution, nil, nil, unchanged)
		default:
			_, updated = topologycache.RemoveHintsFromSlices(info)
		}
		result = append(result, overlay(before, updated)...)
	}
	return result
}

func overlay(before, updated []*discovery.EndpointSlice) []*discovery.EndpointSlice {
	byName := map[string]*discovery.EndpointSlice{}
	for _, slice := range updated {
		byName[slice.Name] = slice
	}
	result := []*discovery.EndpointSlice{}
	for _, slice := range before {
		if newer, ok := byName[slice.Name]; ok {
			slice = newer
		}
		result = append(result, slice)
	}
	return result
}

// topologyModeAuto is hintsEnabled of k8s.io/endpointslice utils.go, which is not exported.
func topologyModeAuto(service *v1.Service) bool {
	value, ok := service.Annotations[v1.DeprecatedAnnotationTopologyAwareHints]
	if !ok {
		value = service.Annotations[v1.AnnotationTopologyMode]
	}
	return value == "Auto" || value == "auto"
}

package main

import (
	"context"

	discovery "k8s.io/api/discovery/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	discoveryclient "k8s.io/client-go/kubernetes/typed/discovery/v1"
	"k8s.io/client-go/rest"
)

// recorder is an API server that supports only writes of EndpointSlices; any other call is a nil call.
type recorder struct {
	clientset.Interface
	discoveryclient.DiscoveryV1Interface
	discoveryclient.EndpointSliceInterface
	namespace                 string
	created, updated, deleted []*discovery.EndpointSlice
}

func (r *recorder) DiscoveryV1() discoveryclient.DiscoveryV1Interface { return r }

func (r *recorder) EndpointSlices(string) discoveryclient.EndpointSliceInterface { return r }

func (r *recorder) Create(_ context.Context, slice *discovery.EndpointSlice, _ metav1.CreateOptions) (*discovery.EndpointSlice, error) {
	r.created = append(r.created, slice)
	return slice, nil
}

func (r *recorder) Update(_ context.Context, slice *discovery.EndpointSlice, _ metav1.UpdateOptions) (*discovery.EndpointSlice, error) {
	r.updated = append(r.updated, slice)
	return slice, nil
}

func (r *recorder) Delete(_ context.Context, name string, _ metav1.DeleteOptions) error {
	r.deleted = append(r.deleted, &discovery.EndpointSlice{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: r.namespace}})
	return nil
}

func (r *recorder) RESTClient() rest.Interface { return nil }

// beyondHints reports whether the reconciler wrote more than hints. A placeholder for a family without Pods is ignored.
func (r *recorder) beyondHints(before []*discovery.EndpointSlice) bool {
	for _, slice := range r.created {
		if len(slice.Endpoints) > 0 {
			return true
		}
	}
	byName := map[string]*discovery.EndpointSlice{}
	for _, slice := range before {
		byName[slice.Name] = slice
	}
	for _, slice := range r.updated {
		old, ok := byName[slice.Name]
		if !ok || !apiequality.Semantic.DeepEqual(withoutHints(old), withoutHints(slice)) {
			return true
		}
	}
	return len(r.deleted) > 0
}

func withoutHints(slice *discovery.EndpointSlice) []any {
	slice = slice.DeepCopy()
	for i := range slice.Endpoints {
		slice.Endpoints[i].Hints = nil
	}
	return []any{slice.Endpoints, slice.Ports, slice.AddressType}
}

package main

import (
	"fmt"
	"time"

	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice/topologycache"
	endpointsliceutil "k8s.io/endpointslice/util"
	"k8s.io/klog/v2"
)

// reconcile runs the real Reconciler on Pods that could have produced these slices. False if it changes more than
// hints: the controller then never leaves slices in this state.
func reconcile(nodes []*v1.Node, service *v1.Service, slices []*discovery.EndpointSlice) ([]*discovery.EndpointSlice, bool) {
	service = service.DeepCopy()
	service.UID = types.UID("uid-of-" + service.Name)
	pods, before := podsFor(service, slices)
	index := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, node := range nodes {
		if err := index.Add(node); err != nil {
			panic(err)
		}
	}
	topology := topologycache.NewTopologyCache()
	topology.SetNodes(klog.Background(), nodes)
	api := &recorder{namespace: service.Namespace}
	reconciler := newReconciler(api, corelisters.NewNodeLister(index), endpointsliceutil.NewEndpointSliceTracker(), topology, &record.FakeRecorder{})
	if err := reconciler.Reconcile(klog.Background(), service, pods, before, time.Time{}); err != nil {
		return nil, false
	}
	if api.beyondHints(before) {
		return nil, false
	}
	return withHintsOf(slices, overlay(before, api.updated)), true
}

// withHintsOf gives the existing slices the hints of the slices of the same name.
func withHintsOf(slices, hinted []*discovery.EndpointSlice) []*discovery.EndpointSlice {
	result := []*discovery.EndpointSlice{}
	for i, slice := range slices {
		slice = slice.DeepCopy()
		for j := range slice.Endpoints {
			slice.Endpoints[j].Hints = hinted[i].Endpoints[j].Hints
		}
		result = append(result, slice)
	}
	return result
}

// podsFor makes one Pod per endpoint, and the slices with the labels and owners that the controller would set.
func podsFor(service *v1.Service, slices []*discovery.EndpointSlice) ([]*v1.Pod, []*discovery.EndpointSlice) {
	pods, owned := []*v1.Pod{}, []*discovery.EndpointSlice{}
	owner := *metav1.NewControllerRef(service, v1.SchemeGroupVersion.WithKind("Service"))
	for _, slice := range slices {
		slice = slice.DeepCopy()
		slice.OwnerReferences = []metav1.OwnerReference{owner}
		labels := map[string]string{discovery.LabelServiceName: service.Name, discovery.LabelManagedBy: controllerName}
		for key, value := range service.Labels {
			labels[key] = value
		}
		slice.Labels = labels
		for i := range slice.Endpoints {
			endpoint := &slice.Endpoints[i]
			name := fmt.Sprintf("%s-%d", slice.Name, i)
			endpoint.TargetRef = &v1.ObjectReference{Kind: "Pod", Namespace: service.Namespace, Name: name, UID: types.UID(name)}
			pods = append(pods, podFor(service, slice, *endpoint))
		}
		owned = append(owned, slice)
	}
	return pods, owned
}

func podFor(service *v1.Service, slice *discovery.EndpointSlice, endpoint discovery.Endpoint) *v1.Pod {
	pod := &v1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: service.Namespace, Name: endpoint.TargetRef.Name, UID: endpoint.TargetRef.UID}}
	for _, address := range endpoint.Addresses {
		pod.Status.PodIP = endpoint.Addresses[0]
		pod.Status.PodIPs = append(pod.Status.PodIPs, v1.PodIP{IP: address})
	}
	pod.Status.Phase = v1.PodRunning
	pod.Status.Conditions = []v1.PodCondition{{Type: v1.PodReady, Status: condition(endpoint.Conditions.Serving)}}
	if endpoint.Conditions.Terminating != nil && *endpoint.Conditions.Terminating {
		pod.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
	}
	if endpoint.NodeName != nil {
		pod.Spec.NodeName = *endpoint.NodeName
	}
	container := v1.Container{}
	for _, port := range service.Spec.Ports {
		if port.TargetPort.Type != intstr.String {
			continue
		}
		for _, have := range slice.Ports {
			if *have.Name == port.Name && *have.Protocol == port.Protocol && have.Port != nil {
				container.Ports = append(container.Ports, v1.ContainerPort{Name: port.TargetPort.StrVal, Protocol: port.Protocol, ContainerPort: *have.Port})
			}
		}
	}
	pod.Spec.Containers = []v1.Container{container}
	return pod
}

func condition(set *bool) v1.ConditionStatus {
	if set != nil && *set {
		return v1.ConditionTrue
	}
	return v1.ConditionFalse
}

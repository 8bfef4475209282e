package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	slimcore "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimdiscovery "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/discovery/v1"
	"github.com/cilium/cilium/pkg/node"
	"github.com/cilium/cilium/pkg/node/addressing"
	nodetypes "github.com/cilium/cilium/pkg/node/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// agentNode is the machine that an agent runs on. It gives the agent what it would learn from its Node object.
type agentNode struct {
	name   string
	labels map[string]string
}

var nodeIPs = []net.IP{net.ParseIP("172.18.0.2"), net.ParseIP("fc00:f853::2")}

func (n agentNode) InitLocalNode(_ context.Context, local *node.LocalNode) error {
	local.Name, local.Labels = n.name, n.labels
	for _, ip := range nodeIPs {
		local.IPAddresses = append(local.IPAddresses, nodetypes.Address{Type: addressing.NodeInternalIP, IP: ip})
	}
	return nil
}

// watched holds the objects that the agent's list options let through. The fake API server ignores selectors.
type watched struct {
	services []*slimcore.Service
	slices   []*slimdiscovery.EndpointSlice
}

func watchedObjects(q question) (watched, error) {
	var w watched
	serviceOptions, sliceOptions, err := listOptions(q.Settings.ServiceProxyName)
	if err != nil {
		return w, err
	}
	w.services, err = decodeSelected[slimcore.Service](q.Services, serviceOptions)
	if err != nil {
		return w, err
	}
	w.slices, err = decodeSelected[slimdiscovery.EndpointSlice](q.Slices, sliceOptions)
	return w, err
}

func decodeSelected[T any, P interface {
	*T
	GetLabels() map[string]string
}](raw []json.RawMessage, modify func(*metav1.ListOptions)) ([]P, error) {
	var options metav1.ListOptions
	modify(&options)
	selector, err := labels.Parse(options.LabelSelector)
	if err != nil {
		return nil, fmt.Errorf("selector %q: %w", options.LabelSelector, err)
	}
	var selected []P
	for _, text := range raw {
		object := P(new(T))
		if err := json.Unmarshal(text, object); err != nil {
			return nil, err
		}
		if selector.Matches(labels.Set(object.GetLabels())) {
			selected = append(selected, object)
		}
	}
	return selected, nil
}

// Command oracle computes, with the load balancer of one Cilium minor, to which endpoints the agent of each node sends the
// connections to each address of a Service.
//
// It reads one question per line on stdin and writes one answer per line on stdout. The first line it writes, before any
// question, is the version of Cilium that it was built with.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

type question struct {
	Settings settings `json:"settings"`
	Nodes    []struct {
		Metadata struct {
			Name   string            `json:"name"`
			Labels map[string]string `json:"labels"`
		} `json:"metadata"`
	} `json:"nodes"`
	Services []json.RawMessage `json:"services"`
	Slices   []json.RawMessage `json:"slices"`
}

// settings are named as in the ConfigMap cilium-config.
type settings struct {
	ServiceTopology       bool   `json:"enable-service-topology"`
	KubeProxyReplacement  bool   `json:"kube-proxy-replacement"`
	ServiceProxyName      string `json:"k8s-service-proxy-name"`
	InternalTrafficPolicy bool   `json:"enable-internal-traffic-policy"` // up to 1.18
	NodePort              bool   `json:"enable-node-port"`               // up to 1.18
	ExternalIPs           bool   `json:"enable-external-ips"`            // up to 1.17
}

// frontend is one address and port that an agent serves, and the endpoints that get new connections.
type frontend struct {
	Service   string   `json:"service"` // namespace/name
	Kind      string   `json:"kind"`    // ClusterIP, NodePort, LoadBalancer, ExternalIPs
	Address   string   `json:"address"` // of NodePort: 0.0.0.0 or ::
	Port      uint16   `json:"port"`
	Protocol  string   `json:"protocol"`
	Internal  bool     `json:"internal"` // only for clients inside the cluster
	Endpoints []string `json:"endpoints"`
}

type answer struct {
	Error string                `json:"error,omitempty"`
	Nodes map[string][]frontend `json:"nodes,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(map[string]string{"version": builtWith()})
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil || out.Encode(reply(line)) != nil {
			return
		}
	}
}

func reply(line []byte) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprintf("Cilium panicked: %v\n%s", r, debug.Stack())}
		}
	}()
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return answer{Error: err.Error()}
	}
	a.Nodes = map[string][]frontend{}
	for _, node := range q.Nodes {
		frontends, err := runAgent(q, agentNode{node.Metadata.Name, node.Metadata.Labels})
		if err != nil {
			return answer{Error: fmt.Sprintf("node %s: %v", node.Metadata.Name, err)}
		}
		a.Nodes[node.Metadata.Name] = frontends
	}
	return a
}

func builtWith() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/cilium/cilium" {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "unknown"
}

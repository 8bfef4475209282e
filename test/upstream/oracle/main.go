// Command oracle computes, with the code of kube-proxy and of the EndpointSlice controller of one Kubernetes
// minor, how each node routes each Service of a cluster and which hints the controller would write.
//
// It reads one question per line on stdin and writes one answer per line on stdout; see question and answer. The
// first line it writes, before any question, names its version and the feature gates that decide.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	v1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	"k8s.io/klog/v2"
	corev1defaults "k8s.io/kubernetes/pkg/apis/core/v1"
	discoverydefaults "k8s.io/kubernetes/pkg/apis/discovery/v1"
)

type question struct {
	Nodes    []*v1.Node                 `json:"nodes"`
	Services []*v1.Service              `json:"services"`
	Slices   []*discovery.EndpointSlice `json:"slices"`
	// Runs is how often code that depends on Go's map order is repeated to observe all outcomes.
	Runs int `json:"runs"`
}

type answer struct {
	Error string `json:"error,omitempty"`
	// Observed: "namespace/service" → node → "port/family" → every possible view, usually one.
	Observed map[string]map[string]map[string][]portView `json:"observed,omitempty"`
	// Predicted: "namespace/service" → the result of the controller for its slices.
	Predicted map[string]prediction `json:"predicted,omitempty"`
}

func main() {
	flags := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(flags)
	_ = flags.Parse([]string{"-logtostderr=false", "-stderrthreshold=FATAL", "-alsologtostderr=false"})
	klog.SetOutput(io.Discard)
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(map[string]any{"version": kubernetesVersion, "gates": gates()})
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		if err := out.Encode(reply(line)); err != nil {
			return
		}
	}
}

// reply answers one question. A panic of upstream code is an answer too: the cluster was not valid.
func reply(line []byte) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Error: fmt.Sprintf("upstream panicked: %v\n%s", r, debug.Stack())}
		}
	}()
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return answer{Error: err.Error()}
	}
	for _, service := range q.Services {
		corev1defaults.SetObjectDefaults_Service(service)
	}
	for _, slice := range q.Slices {
		discoverydefaults.SetObjectDefaults_EndpointSlice(slice)
	}
	predicted, err := predict(q)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Observed: observe(q), Predicted: predicted}
}

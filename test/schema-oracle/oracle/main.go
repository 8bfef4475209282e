// Oracle: reads Services as JSON cases from standard input and reports, with the API server's own decoding, defaulting, dropping
// and validation code, for which fields each is rejected.
//
//	oracle < cases.json > answers.json
//
// A case is {"service": object, "old": object or absent}. Its answer is a list of [field, message] pairs, of all fields; a decoding
// error is ["(decoding)", message]. A case with "old" is an update; an old Service that the API server would not have
// stored makes the answer null, unless the case says "stored": true (fields kept from another version or gate).
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	serviceapi "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	servicestrategy "k8s.io/kubernetes/pkg/registry/core/service"
)

type testCase struct {
	Service json.RawMessage `json:"service"`
	Old     json.RawMessage `json:"old"`
	Stored  bool            `json:"stored"`
}

type refusal [2]string

const allocatedPort = 30999

func main() {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	answers := make([][]refusal, len(cases))
	for i, c := range cases {
		answers[i] = judge(c)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func judge(c testCase) []refusal {
	service, err := decode(c.Service)
	if err != nil {
		return []refusal{{"(decoding)", err.Error()}}
	}
	if c.Old == nil {
		return refusals(create(service))
	}
	old, err := decode(c.Old)
	if err != nil {
		panic(err)
	}
	if c.Stored {
		allocate(old)
	} else if badTraffic(create(old)) {
		return nil
	}
	return refusals(update(service, old))
}

// decode converts as the request handler does: JSON to v1, v1 defaults, v1 to the internal type.
func decode(raw []byte) (*core.Service, error) {
	service := &core.Service{}
	err := runtime.DecodeInto(legacyscheme.Codecs.UniversalDecoder(core.SchemeGroupVersion), raw, service)
	return service, err
}

func requestContext(verb string) context.Context {
	ctx := genericapirequest.WithNamespace(context.Background(), metav1.NamespaceDefault)
	return genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{
		IsResourceRequest: true, Verb: verb, APIGroup: "", APIVersion: "v1", Resource: "services", Namespace: metav1.NamespaceDefault,
	})
}

func create(service *core.Service) error {
	allocate(service)
	rest.FillObjectMetaSystemFields(service)
	return rest.BeforeCreate(servicestrategy.Strategy, requestContext("create"), service)
}

func update(service, old *core.Service) error {
	// patchAllocatedValues (pkg/registry/core/service/storage/storage.go), for the one field of interest.
	if serviceapi.NeedsHealthCheck(service) && serviceapi.NeedsHealthCheck(old) && service.Spec.HealthCheckNodePort == 0 {
		service.Spec.HealthCheckNodePort = old.Spec.HealthCheckNodePort
	}
	allocate(service)
	rest.FillObjectMetaSystemFields(old)
	service.UID, service.CreationTimestamp = old.UID, old.CreationTimestamp
	return rest.BeforeUpdate(servicestrategy.Strategy, requestContext("update"), service, old)
}

// allocate imitates the allocators, which run before validation (storage.go beginCreate) and need a cluster: of the fields
// of interest they set the health check port if one is needed and none is requested.
func allocate(service *core.Service) {
	if serviceapi.NeedsHealthCheck(service) && service.Spec.HealthCheckNodePort == 0 {
		service.Spec.HealthCheckNodePort = allocatedPort
	}
}

func refusals(err error) []refusal {
	answer := []refusal{}
	if err == nil {
		return answer
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		panic(err)
	}
	for _, cause := range status.Status().Details.Causes {
		answer = append(answer, refusal{cause.Field, cause.Message})
	}
	return answer
}

// badTraffic is true if a traffic field is rejected; other errors concern values that only a cluster could allocate.
func badTraffic(err error) bool {
	for _, r := range refusals(err) {
		for _, field := range []string{"spec.type", "spec.sessionAffinity", "TrafficPolicy", "trafficDistribution", "odePort", "annotations"} {
			if strings.Contains(r[0], field) {
				return true
			}
		}
	}
	return false
}

// Command controller-runtime is the peer that most webhooks in Go are built like: the validating webhook that kubebuilder
// scaffolds, without a manager, as nothing here needs a cluster. It makes one static check of a Service.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"os"

	corev1 "k8s.io/api/core/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const unused = "internalTrafficPolicy Local keeps all traffic on the node: trafficDistribution is unused; remove one of them"

// trafficValidator warns where internalTrafficPolicy Local leaves trafficDistribution without effect.
type trafficValidator struct{}

func (trafficValidator) ValidateCreate(_ context.Context, service *corev1.Service) (admission.Warnings, error) {
	return check(service), nil
}

func (trafficValidator) ValidateUpdate(_ context.Context, _, service *corev1.Service) (admission.Warnings, error) {
	return check(service), nil
}

func (trafficValidator) ValidateDelete(context.Context, *corev1.Service) (admission.Warnings, error) {
	return nil, nil
}

func check(service *corev1.Service) admission.Warnings {
	policy := service.Spec.InternalTrafficPolicy
	if service.Spec.TrafficDistribution == nil || policy == nil || *policy != corev1.ServiceInternalTrafficPolicyLocal {
		return nil
	}
	return admission.Warnings{service.Name + ": " + unused}
}

func main() {
	port := flag.Int("port", 9443, "HTTPS port on loopback")
	certs := flag.String("certs", "", "folder with tls.crt and tls.key")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	server := webhook.NewServer(webhook.Options{
		Host:    "127.0.0.1",
		Port:    *port,
		CertDir: *certs,
		// As kubebuilder scaffolds it: no HTTP/2.
		TLSOpts: []func(*tls.Config){func(config *tls.Config) { config.NextProtos = []string{"http/1.1"} }},
	})
	server.Register("/validate", admission.WithValidator(clientgoscheme.Scheme, trafficValidator{}))
	if err := server.Start(ctrl.SetupSignalHandler()); err != nil {
		ctrl.Log.Error(err, "the webhook ended")
		os.Exit(1)
	}
}

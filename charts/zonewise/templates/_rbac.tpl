{{/* Permissions for the topology, the same for both processes. */}}
{{- define "zonewise.topologyRules" -}}
- { apiGroups: [""], resources: [nodes, services, namespaces], verbs: [list, watch] }
- { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] }
# The objects that show the data plane outside kube-system, or in more than one namespace, each by its name.
- { apiGroups: [apps], resources: [daemonsets], resourceNames: [calico-node, ovnkube-node], verbs: [get] }
- { apiGroups: [crd.projectcalico.org], resources: [felixconfigurations], resourceNames: [default], verbs: [get] }
- { apiGroups: [operator.tigera.io], resources: [installations], resourceNames: [default], verbs: [get] }
- { apiGroups: [operator.openshift.io], resources: [networks], resourceNames: [cluster], verbs: [get] }
{{- end -}}

{{/* Not empty if a serving Pod may watch all Pods: serving.watchPods is always, or auto and some rule has level deny. */}}
{{- define "zonewise.watchesPods" -}}
{{- $mode := dig "serving" "watchPods" "auto" .Values.config -}}
{{- $denies := contains "\"deny\"" (toJson (list .Values.config.rules .Values.config.overrides)) -}}
{{- if or (eq $mode "always") (and (eq $mode "auto") $denies) }}true{{ end -}}
{{- end -}}

{{/* `none`, `Report` or `PolicyReport`. */}}
{{- define "zonewise.reportsKind" -}}
{{- dig "reports" "kind" "none" .Values.config.audit -}}
{{- end -}}

{{/* The ClusterRole that permits and owns the reports; each kind has its own, so that a change of kind deletes the old reports. */}}
{{- define "zonewise.reportsRole" -}}
{{- printf "%s-%ss" (include "zonewise.controllerName" .) (include "zonewise.reportsKind" . | lower) -}}
{{- end -}}

{{/* The objects of kube-system that show the data plane, each by its name. Takes (list ROOT NAME SERVICEACCOUNT COMPONENT). */}}
{{- define "zonewise.dataPlaneRole" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $account := index . 2 -}}
{{- $labels := include "zonewise.labels" (list $root (index . 3)) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: kube-system
  labels:
    {{- $labels | nindent 4 }}
  {{- with include "zonewise.annotations" (list $root) }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
rules:
  - apiGroups: [""]
    resources: [configmaps]
    resourceNames: [kube-proxy, kube-proxy-config, cilium-config, antrea-config]
    verbs: [get]
  - apiGroups: [apps]
    resources: [daemonsets]
    resourceNames: [kube-proxy, kube-proxy-windows, cilium, anetd, antrea-agent, kube-router]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: kube-system
  labels:
    {{- $labels | nindent 4 }}
  {{- with include "zonewise.annotations" (list $root) }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $name }} }
subjects:
  - { kind: ServiceAccount, name: {{ $account }}, namespace: {{ include "zonewise.namespace" $root }} }
{{- end -}}

{{/* Permissions for the topology, the same for both processes. */}}
{{- define "zonewise.topologyRules" -}}
- { apiGroups: [""], resources: [nodes, services, namespaces], verbs: [list, watch] }
- { apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch] }
{{- end -}}

{{/* The two ConfigMaps that identify the data plane. Takes (list ROOT SERVICEACCOUNT COMPONENT). */}}
{{- define "zonewise.dataPlaneRole" -}}
{{- $root := index . 0 -}}
{{- $account := index . 1 -}}
{{- $labels := include "zonewise.labels" (list $root (index . 2)) -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $account }}
  namespace: kube-system
  labels:
    {{- $labels | nindent 4 }}
rules:
  - { apiGroups: [""], resources: [configmaps], resourceNames: [kube-proxy, cilium-config], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $account }}
  namespace: kube-system
  labels:
    {{- $labels | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ $account }} }
subjects:
  - { kind: ServiceAccount, name: {{ $account }}, namespace: {{ $root.Release.Namespace }} }
{{- end -}}

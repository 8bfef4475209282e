{{/* CEL: whether any rule may apply to the Service. Plain Services are never sent to the webhook. */}}
{{- define "zonewise.hasTrafficFields" -}}
(has(object.spec.internalTrafficPolicy) && object.spec.internalTrafficPolicy == 'Local') ||
(has(object.spec.externalTrafficPolicy) && object.spec.externalTrafficPolicy == 'Local') ||
has(object.spec.trafficDistribution) ||
(has(object.metadata.annotations) && object.metadata.annotations.exists(key,
key in ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'] ||
key.startsWith('zonewise.dev/')))
{{- end -}}

{{- define "zonewise.webhookAnnotations" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
cert-manager.io/inject-ca-from: {{ include "zonewise.namespace" . }}/{{ include "zonewise.name" . }}
{{- end -}}
{{- end -}}

{{/* Not empty if changes of workloads and Nodes are reviewed. */}}
{{- define "zonewise.reviewsWorkloads" -}}
{{- if dig "enabled" false .Values.config.workloads }}true{{ end -}}
{{- end -}}

{{/*
CEL: false for the controllers of the cluster, such as the autoscaler. No person reads the warnings that they get. `system:admin` and
the like are people.
*/}}
{{- define "zonewise.notByControllers" -}}
!(request.userInfo.username in ['system:kube-controller-manager', 'system:cloud-controller-manager',
'system:kube-scheduler', 'system:apiserver']) &&
!(has(request.userInfo.groups) && request.userInfo.groups.exists(group,
group in ['system:serviceaccounts:kube-system', 'system:nodes']))
{{- end -}}

{{/* CEL: true for an object that is no Deployment, StatefulSet or DaemonSet, and for a change of one that may take endpoints away. */}}
{{- define "zonewise.mayTakeEndpoints" -}}
!(request.kind.kind in ['Deployment', 'StatefulSet', 'DaemonSet']) || request.operation == 'DELETE' ||
(!has(object.metadata.deletionTimestamp) && (
(has(object.spec.replicas) && has(oldObject.spec.replicas) && object.spec.replicas < oldObject.spec.replicas) ||
['strategy', 'updateStrategy'].exists(f, f in object.spec && f in oldObject.spec &&
object.spec[f] != oldObject.spec[f]) ||
object.spec.template.metadata.labels != oldObject.spec.template.metadata.labels ||
['nodeSelector', 'affinity', 'tolerations'].exists(f,
(f in object.spec.template.spec) != (f in oldObject.spec.template.spec) ||
(f in object.spec.template.spec && object.spec.template.spec[f] != oldObject.spec.template.spec[f])) ||
['containers', 'initContainers'].exists(f,
(f in object.spec.template.spec ? object.spec.template.spec[f] : []).map(c, has(c.ports) ? c.ports : []) !=
(f in oldObject.spec.template.spec ? oldObject.spec.template.spec[f] : []).map(c, has(c.ports) ? c.ports : []))))
{{- end -}}

{{/* Fields that all webhooks share. Takes (list ROOT PATH VALUES), with values as in `webhooks`. */}}
{{- define "zonewise.webhook" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
{{- $own := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" (append $values.excludedNamespaces (include "zonewise.namespace" $root) | uniq) -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
failurePolicy: {{ $values.failurePolicy }}
timeoutSeconds: {{ $values.timeoutSeconds }}
clientConfig:
  service:
    name: {{ include "zonewise.name" $root }}
    namespace: {{ include "zonewise.namespace" $root }}
    path: {{ index . 1 }}
    port: 443
  {{- with $root.Values.certificates.caBundle }}
  caBundle: {{ . | b64enc }}
  {{- end }}
namespaceSelector:
  matchExpressions:
    {{- prepend ($values.namespaceSelector.matchExpressions | default list) $own | toYaml | nindent 4 }}
  {{- with $values.namespaceSelector.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- with $values.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

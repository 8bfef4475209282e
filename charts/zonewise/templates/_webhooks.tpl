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

{{/* Fields that both webhooks share. Takes (list ROOT PATH). */}}
{{- define "zonewise.webhook" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values.webhooks -}}
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

{{/* `zonewise`, or its replacement in names and in the label app.kubernetes.io/name. */}}
{{- define "zonewise.product" -}}
{{- .Values.nameOverride | default "zonewise" -}}
{{- end -}}

{{/* `zonewise` for a release of that name, else `RELEASE-zonewise`. */}}
{{- define "zonewise.name" -}}
{{- $product := include "zonewise.product" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $product .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" (.Release.Name | trunc (int (sub 39 (len $product)))) $product -}}
{{- end -}}
{{- end -}}

{{- define "zonewise.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- define "zonewise.controllerName" -}}
{{- include "zonewise.name" . }}-controller
{{- end -}}

{{/* ServiceAccounts: of the webhook, and of the controller. */}}
{{- define "zonewise.serveAccount" -}}
{{- .Values.serve.serviceAccount.name | default (include "zonewise.name" .) -}}
{{- end -}}

{{- define "zonewise.controllerAccount" -}}
{{- .Values.controller.serviceAccount.name | default (include "zonewise.controllerName" .) -}}
{{- end -}}

{{- define "zonewise.secret" -}}
{{- .Values.certificates.secret | default (printf "%s-tls" (include "zonewise.name" .)) -}}
{{- end -}}

{{- define "zonewise.caSecret" -}}
{{- include "zonewise.name" . }}-ca
{{- end -}}

{{/*
The default name is in no registry until a release is published there. Without a registry it would mean Docker Hub, where
anybody could register it, so it gets a host that cannot exist (RFC 2606).
*/}}
{{- define "zonewise.image" -}}
{{- with .Values.image -}}
{{- if .registry }}{{ .registry }}/{{ else if eq .repository "zonewise/zonewise" }}registry.invalid/{{ end -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Selector labels of one process's Pods. Takes (list ROOT COMPONENT). */}}
{{- define "zonewise.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "zonewise.product" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Labels of an object. Takes (list ROOT COMPONENT). */}}
{{- define "zonewise.labels" -}}
{{- $root := index . 0 -}}
{{ include "zonewise.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: zonewise
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Annotations of an object as YAML: commonAnnotations, and its own, which take precedence. Takes (list ROOT OWN...). */}}
{{- define "zonewise.annotations" -}}
{{- $root := index . 0 -}}
{{- with include "zonewise.merged" (prepend (rest .) $root.Values.commonAnnotations) | fromJson -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* A list of maps as one map, in JSON: a later one replaces single keys, and null removes one. */}}
{{- define "zonewise.merged" -}}
{{- $all := dict -}}
{{- range . -}}
{{- range $key, $value := . -}}
{{- if kindIs "invalid" $value }}{{ $_ := unset $all $key }}{{ else }}{{ $_ := set $all $key $value }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}

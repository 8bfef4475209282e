{{/* `zonewise` for a release of that name, else `RELEASE-zonewise`. */}}
{{- define "zonewise.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains "zonewise" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-zonewise" (.Release.Name | trunc 31) -}}
{{- end -}}
{{- end -}}

{{- define "zonewise.controllerName" -}}
{{- include "zonewise.name" . }}-controller
{{- end -}}

{{- define "zonewise.secret" -}}
{{- .Values.certificates.secret | default (printf "%s-tls" (include "zonewise.name" .)) -}}
{{- end -}}

{{- define "zonewise.caSecret" -}}
{{- include "zonewise.name" . }}-ca
{{- end -}}

{{- define "zonewise.image" -}}
{{- with .Values.image -}}
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
app.kubernetes.io/name: zonewise
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

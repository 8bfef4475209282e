{{/* Three quarters of a memory limit in Mi or Gi, in MiB: the rest is for memory outside the heap. */}}
{{- define "zonewise.heap" -}}
{{- if regexMatch "^[0-9]+Mi$" . -}}
{{- div (mul (trimSuffix "Mi" . | int) 3) 4 -}}
{{- else if regexMatch "^[0-9]+Gi$" . -}}
{{- mul (trimSuffix "Gi" . | int) 768 -}}
{{- end -}}
{{- end -}}

{{/* Digest of the settings that a process reads only at start, so that a change restarts it. */}}
{{- define "zonewise.serveStart" -}}
{{- dict "maxConcurrent" (dig "maxConcurrent" "" .Values.config.serving) "clientCA" .Values.serve.clientCAConfigMap "clientNames" (dig "clientNames" list .Values.config.serving) "workloads" (include "zonewise.reviewsWorkloads" .) | toJson | sha256sum | trunc 16 -}}
{{- end -}}

{{- define "zonewise.controllerStart" -}}
{{- $audit := dig "listen" "" .Values.config.audit -}}
{{- $page := dig "listen" "" .Values.config.page -}}
{{- $reports := dig "reports" dict .Values.config.audit -}}
{{- dict "certificates" .Values.certificates "listen" $audit "reports" $reports "page" $page "dataplane" .Values.config.dataplane | toJson | sha256sum | trunc 16 -}}
{{- end -}}

{{- define "zonewise.podSecurity" -}}
{{- $own := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- include "zonewise.merged" (list $own .Values.podSecurityContext) | fromJson | toYaml -}}
{{- end -}}

{{- define "zonewise.containerSecurity" -}}
{{- $own := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- include "zonewise.merged" (list $own .Values.securityContext) | fromJson | toYaml -}}
{{- end -}}

{{/* Pull Secrets, as names or as `{name: ...}`. */}}
{{- define "zonewise.pullSecrets" -}}
{{- $names := .Values.image.pullSecrets -}}
{{- range .Values.imagePullSecrets -}}
{{- if kindIs "string" . }}{{ $names = append $names . }}{{ else }}{{ $names = append $names .name }}{{ end -}}
{{- end -}}
{{- with $names | uniq -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* Pod fields that both processes share. Takes (list ROOT SETTINGS). */}}
{{- define "zonewise.podSettings" -}}
{{- $root := index . 0 -}}
{{- $settings := index . 1 -}}
automountServiceAccountToken: true
enableServiceLinks: false
terminationGracePeriodSeconds: {{ $settings.terminationGracePeriodSeconds }}
securityContext:
  {{- include "zonewise.podSecurity" $root | nindent 2 }}
{{- with include "zonewise.pullSecrets" $root }}
{{ . }}
{{- end }}
{{- with $settings.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Container fields that both processes share. Takes (list ROOT SETTINGS). */}}
{{- define "zonewise.containerSettings" -}}
{{- $root := index . 0 -}}
{{- $settings := index . 1 -}}
image: {{ include "zonewise.image" $root | quote }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
securityContext:
  {{- include "zonewise.containerSecurity" $root | nindent 2 }}
env:
  - name: POD_NAME
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  - name: POD_NAMESPACE
    valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
  {{- $heap := include "zonewise.heap" (dig "limits" "memory" "" $settings.resources) }}
  {{- /* Server-side apply rejects a name that is there twice. */ -}}
  {{- range $settings.extraEnv }}{{ if eq .name "NODE_OPTIONS" }}{{ $heap = "" }}{{ end }}{{ end }}
  {{- with $heap }}
  - name: NODE_OPTIONS
    value: --max-old-space-size={{ . }}
  {{- end }}
  {{- with $settings.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
livenessProbe:
  httpGet: { path: /livez, port: ops }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: ops }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- with $settings.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

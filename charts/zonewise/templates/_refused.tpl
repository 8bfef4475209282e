{{/* Values that the schema cannot refuse, because they contradict each other or the chart. Renders nothing. */}}
{{- define "zonewise.refuse" -}}
{{- $cleanup := printf "%s-cleanup" (include "zonewise.name" .) -}}
{{- $accounts := list (include "zonewise.serveAccount" .) (include "zonewise.controllerAccount" .) $cleanup -}}
{{- if ne (len (uniq $accounts)) 3 -}}
{{- fail (printf "the ServiceAccounts must differ, so that the webhook cannot write; serve, controller and cleanup have %s" (join ", " $accounts)) -}}
{{- end -}}
{{- if hasKey .Values.commonAnnotations "helm.sh/hook" -}}
{{- fail "commonAnnotations: helm.sh/hook would make a hook of every object" -}}
{{- end -}}
{{- if lt (int .Values.serve.autoscaling.maxReplicas) (int .Values.serve.autoscaling.minReplicas) -}}
{{- fail "serve.autoscaling.maxReplicas must not be lower than serve.autoscaling.minReplicas" -}}
{{- end -}}
{{- range $component := list "serve" "controller" -}}
{{- $settings := get $.Values $component -}}
{{- if and (not $settings.serviceAccount.create) (not $settings.serviceAccount.name) -}}
{{- fail (printf "%s.serviceAccount.create: false needs %s.serviceAccount.name: the namespace's default account would give its permissions to every Pod" $component $component) -}}
{{- end -}}
{{- range $settings.extraArgs -}}
{{- if regexMatch "^--(config|port|ops-port|tls-cert|tls-key)(=|$)" . -}}
{{- fail (printf "%s.extraArgs: the chart itself sets %s" $component .) -}}
{{- end -}}
{{- end -}}
{{- range $settings.extraEnv -}}
{{- if has .name (list "POD_NAME" "POD_NAMESPACE") -}}
{{- fail (printf "%s.extraEnv: the chart itself sets %s" $component .name) -}}
{{- end -}}
{{- end -}}
{{- range $settings.extraVolumes -}}
{{- if has .name (list "config" "tls" "client-ca") -}}
{{- fail (printf "%s.extraVolumes: the chart itself has a volume %s" $component .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "operandi.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- define "operandi.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ include "operandi.fullname" . }}{{ else }}default{{ end }}
{{- end }}

{{/* Labels of an object; of a process with `name`. */}}
{{- define "operandi.labels" -}}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{ include "operandi.selector" . }}
{{- end }}

{{- define "operandi.selector" -}}
app.kubernetes.io/name: operandi
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* The object that holds the pods of a process. */}}
{{- define "operandi.target" -}}
{{- if (index .root.Values .name).rollout }}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
{{- else }}
apiVersion: apps/v1
kind: Deployment
{{- end }}
name: {{ include "operandi.fullname" .root }}-{{ .name }}
{{- end }}

{{- define "operandi.image" -}}
{{- $own := (index .root.Values .name | default dict).image | default dict }}
{{- $image := .root.Values.image }}
{{- $repository := $own.repository | default $image.repository }}
{{- $digest := ternary $own.digest $image.digest (not (empty $own.repository)) }}
{{- if $digest }}{{ $repository }}@{{ $digest }}
{{- else }}{{ $repository }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "operandi.scheme" -}}
{{ ternary "https" "http" .Values.tls.enabled }}
{{- end }}

{{- define "operandi.trustedHops" -}}
{{- $given := .Values.gateway.trustedHops }}
{{- if kindIs "invalid" $given }}{{ ternary 1 0 (or .Values.ingress.enabled .Values.httpRoute.enabled) }}
{{- else }}{{ int $given }}
{{- end }}
{{- end }}

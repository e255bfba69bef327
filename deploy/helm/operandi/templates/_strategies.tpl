{{/* Some pods of the new version first; it goes on while they do well. */}}
{{- define "operandi.strategy.canary" -}}
canary:
  maxSurge: 25%
  maxUnavailable: 0
  steps:
    {{- range .root.Values.rollouts.steps }}
    - setWeight: {{ . }}
    - analysis: {{- include "operandi.analysis" $ | nindent 8 }}
    {{- end }}
{{- end }}

{{/* All of the new version beside the old one, which stays until the new one has done well. */}}
{{- define "operandi.strategy.blueGreen" -}}
blueGreen:
  activeService: {{ include "operandi.fullname" .root }}-{{ .name }}
  previewService: {{ include "operandi.fullname" .root }}-{{ .name }}-preview
  autoPromotionEnabled: true
  scaleDownDelaySeconds: 600
  postPromotionAnalysis: {{- include "operandi.analysis" . | nindent 4 }}
{{- end }}

{{- define "operandi.analysis" -}}
templates: [{ templateName: {{ include "operandi.fullname" .root }}-{{ .name }} }]
args: [{ name: hash, valueFrom: { podTemplateHashValue: Latest } }]
{{- end }}

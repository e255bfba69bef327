{{/* The environment of a process. */}}
{{- define "operandi.env" -}}
{{- $values := index .root.Values .name }}
{{- $fullname := include "operandi.fullname" .root }}
- { name: NODE_ENV, value: production }
- { name: OPERANDI_HOST, value: 0.0.0.0 }
- { name: LOG_LEVEL, value: {{ .root.Values.logLevel }} }
- { name: OPERANDI_DRAIN_DELAY_MS, value: {{ .root.Values.drain.delayMs | int64 | quote }} }
- { name: OPERANDI_DRAIN_MS, value: {{ .root.Values.drain.deadlineMs | int64 | quote }} }
{{- with .root.Values.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- include "operandi.secretsEnv" . }}
{{- include (printf "operandi.env.%s" .process.scrapeJob) . }}
{{- if and .root.Values.tls.enabled .process.hasCertificate }}
- { name: OPERANDI_TLS_CERT_FILE, value: /run/tls/tls.crt }
- { name: OPERANDI_TLS_KEY_FILE, value: /run/tls/tls.key }
- { name: OPERANDI_TLS_CA_FILE, value: /run/tls/ca.crt }
{{- if ne .name "gateway" }}
{{- $caller := ternary "audit" "gateway" (eq .name "warehouse") }}
- { name: OPERANDI_TLS_PEERS, value: "{{ $fullname }}-{{ $caller }},{{ .root.Values.tls.metricsPeer }}" }
{{- end }}
{{- end }}
{{- range $name, $value := merge (deepCopy $values.env) .root.Values.env }}
- { name: {{ $name }}, value: {{ $value | toString | quote }} }
{{- end }}
{{- end }}

{{- define "operandi.secretsEnv" -}}
{{- $variables := include "operandi.secretVariables" . | fromYaml }}
{{- range $secret := .process.secrets }}
{{- if (index $.root.Values.secrets $secret).name }}
- { name: {{ index $variables $secret }}_FILE, value: /run/secrets/operandi/{{ index $variables $secret }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "operandi.env.operandi-gateway" }}
- { name: PORT, value: "{{ .process.port }}" }
- { name: OPERANDI_METRICS_PORT, value: "{{ .process.metricsPort }}" }
- { name: OPERANDI_TRUSTED_HOPS, value: {{ include "operandi.trustedHops" .root | quote }} }
{{- with .root.Values.gateway.publicUrl }}
- { name: OPERANDI_PUBLIC_URL, value: {{ . | quote }} }
{{- end }}
{{- $processes := include "operandi.processes" .root | fromYaml }}
{{- range $name := .process.calls }}
- { name: OPERANDI_{{ upper $name }}_URL, value: "{{ include "operandi.scheme" $.root }}://{{ include "operandi.fullname" $.root }}-{{ $name }}:{{ (index $processes $name).port }}/graphql" }
{{- end }}
{{- end }}

{{- define "operandi.env.operandi-subgraph" }}
- { name: OPERANDI_SUBGRAPH_PORT, value: "{{ .process.port }}" }
{{- if has "warehouse" (.process.calls | default list) }}
- { name: OPERANDI_WAREHOUSE_URL, value: "{{ include "operandi.scheme" .root }}://{{ include "operandi.fullname" .root }}-warehouse:4010" }
{{- end }}
{{- end }}

{{- define "operandi.env.operandi-worker" }}
- { name: OPERANDI_WORKER_PORT, value: "{{ .process.port }}" }
{{- end }}

{{- define "operandi.env.operandi-warehouse" }}
- { name: OPERANDI_WAREHOUSE_PORT, value: "{{ .process.port }}" }
- { name: OPERANDI_WAREHOUSE_DIR, value: /var/lib/operandi/warehouse }
{{- with .root.Values.warehouse.bucket }}
{{- if .url }}
- { name: OPERANDI_WAREHOUSE_S3_URL, value: {{ .url | quote }} }
- { name: OPERANDI_WAREHOUSE_S3_REGION, value: {{ .region | quote }} }
{{- end }}
{{- end }}
{{- end }}

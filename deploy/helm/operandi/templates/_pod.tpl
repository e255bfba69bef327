{{/* The pod of a process: `root`, its `name`, and what `operandi.processes` says of it as `process`. */}}
{{- define "operandi.podTemplate" -}}
{{- $values := index .root.Values .name }}
metadata:
  labels: {{- include "operandi.labels" . | nindent 4 }}
  {{- $config := and (eq .name "gateway") $values.config }}
  {{- if or $values.podAnnotations $config }}
  annotations:
    {{- with $values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
    {{- if $config }}
    checksum/config: {{ toYaml $config | sha256sum }}
    {{- end }}
  {{- end }}
spec:
  serviceAccountName: {{ include "operandi.serviceAccount" .root }}
  {{- $drain := .root.Values.drain }}
  # The process drains by itself when it is told to stop; nothing has to be done before.
  terminationGracePeriodSeconds: {{ add 10 (div (add $drain.delayMs $drain.deadlineMs 999) 1000) }}
  {{- include "operandi.podSettings" . | nindent 2 }}
  topologySpreadConstraints:
    {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "operandi.selector" $ | nindent 10 }}
    {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "operandi.image" . }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ concat .process.args (ternary (list "--config" "/etc/operandi/gateway.yaml") list (not (empty $config))) | toJson }}
      env: {{- include "operandi.env" . | nindent 8 }}
      ports:
        - { name: http, containerPort: {{ .process.port }} }
        {{- with .process.metricsPort }}
        - { name: metrics, containerPort: {{ . }} }
        {{- end }}
      {{- include "operandi.probes" . | nindent 6 }}
      resources: {{- toYaml $values.resources | nindent 8 }}
      {{- include "operandi.containerSecurity" . | nindent 6 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        - { name: secrets, mountPath: /run/secrets/operandi, readOnly: true }
        {{- if and .process.hasCertificate .root.Values.tls.enabled }}
        - { name: tls, mountPath: /run/tls, readOnly: true }
        {{- end }}
        {{- if $config }}
        - { name: config, mountPath: /etc/operandi, readOnly: true }
        {{- end }}
        {{- if eq .name "warehouse" }}
        - { name: files, mountPath: /var/lib/operandi }
        {{- end }}
  volumes:
    - { name: tmp, emptyDir: { sizeLimit: 1Gi } }
    {{- include "operandi.secretsVolume" . | nindent 4 }}
    {{- if and .process.hasCertificate .root.Values.tls.enabled }}
    - name: tls
      secret: { secretName: {{ include "operandi.fullname" .root }}-{{ .name }}-tls, defaultMode: 288 }
    {{- end }}
    {{- if $config }}
    - { name: config, configMap: { name: {{ include "operandi.fullname" .root }}-gateway } }
    {{- end }}
{{- end }}

{{/* What pods of the processes and of the migration have in common. */}}
{{- define "operandi.podSettings" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "operandi.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* One that starts may wait a minute for its database. One look at what a process needs takes 3 s at most. */}}
{{- define "operandi.probes" -}}
{{- $scheme := ternary "HTTPS" "HTTP" (and .root.Values.tls.enabled (not (empty .process.hasCertificate)) (ne .name "gateway")) }}
startupProbe:
  httpGet: { path: /health/live, port: http, scheme: {{ $scheme }} }
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: { path: /health/live, port: http, scheme: {{ $scheme }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /health/ready, port: http, scheme: {{ $scheme }} }
  periodSeconds: 2
  timeoutSeconds: 4
  failureThreshold: 2
{{- end }}

{{/* The secrets of a process as files, each under the name of its variable. */}}
{{- define "operandi.secretsVolume" -}}
{{- $variables := include "operandi.secretVariables" . | fromYaml }}
- name: secrets
  projected:
    defaultMode: 288
    sources:
      {{- range $secret := .process.secrets }}
      {{- with index $.root.Values.secrets $secret }}
      {{- if .name }}
      - secret:
          name: {{ .name }}
          items: [{ key: {{ .key }}, path: {{ index $variables $secret }} }]
      {{- end }}
      {{- end }}
      {{- end }}
{{- end }}

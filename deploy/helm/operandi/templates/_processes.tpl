{{/* What each process is: its command, where it listens, what it is given and whom it calls. */}}
{{- define "operandi.processes" -}}
gateway:
  args: [gateway]
  port: 4000
  metricsPort: 9464
  secrets: [gatewayUrl, redisUrl, assertionKey, oidcClientSecrets]
  calls: [access, jobs, integrations, audit]
  callsOutside: true
  hasCertificate: true
  scrapeJob: operandi-gateway
access:
  args: [subgraph, access]
  port: 4001
  secrets: [appUrl, redisUrl, assertionPublicKeys, masterKey]
  hasCertificate: true
  scrapeJob: operandi-subgraph
jobs:
  args: [subgraph, jobs]
  port: 4002
  secrets: [appUrl, redisUrl, assertionPublicKeys, masterKey]
  callsOutside: true
  hasCertificate: true
  scrapeJob: operandi-subgraph
integrations:
  args: [subgraph, integrations]
  port: 4003
  secrets: [appUrl, redisUrl, assertionPublicKeys, masterKey]
  callsOutside: true
  hasCertificate: true
  scrapeJob: operandi-subgraph
audit:
  args: [subgraph, audit]
  port: 4004
  secrets: [appUrl, redisUrl, assertionPublicKeys, masterKey]
  calls: {{ ternary "[warehouse]" "[]" .Values.warehouse.enabled }}
  hasCertificate: true
  scrapeJob: operandi-subgraph
worker:
  args: [worker]
  port: 4010
  secrets: [workerUrl, redisUrl, masterKey]
  callsOutside: true
  scrapeJob: operandi-worker
{{- if .Values.warehouse.enabled }}
warehouse:
  args: [warehouse]
  port: 4010
  secrets: [workerUrl, assertionPublicKeys, warehouseBucket]
  callsOutside: {{ ne .Values.warehouse.bucket.url "" }}
  hasCertificate: true
  scrapeJob: operandi-warehouse
{{- end }}
{{- end }}

{{/* The variable that each secret is for. */}}
{{- define "operandi.secretVariables" -}}
migratorUrl: DATABASE_MIGRATION_URL
gatewayUrl: DATABASE_URL
appUrl: DATABASE_URL
workerUrl: DATABASE_URL
redisUrl: REDIS_URL
assertionKey: OPERANDI_ASSERTION_KEY
assertionPublicKeys: OPERANDI_ASSERTION_PUBLIC_KEYS
masterKey: OPERANDI_MASTER_KEY
oidcClientSecrets: OPERANDI_OIDC_CLIENT_SECRETS
warehouseBucket: OPERANDI_WAREHOUSE_S3_CREDENTIAL
{{- end }}

import type { GeneratedFile } from './scripts/generate-code.ts';

const scalars = {
  DateTime: 'string',
  ID: 'string',
  JSON: { input: '../../../kernel/json.ts#JsonValue', output: '../../../kernel/json.ts#JsonValue' },
};

// What a resolver's parent really is, where it is not the GraphQL type itself.
const mappers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  access: {
    ApiKey: '../../../core/access/insert-api-key.ts#ApiKeyRecord',
    Group: '../../../prisma/_generated/client.ts#MemberGroup as GroupRow',
    CustomRole: '../../../prisma/_generated/client.ts#CustomRole as CustomRoleRow',
    DirectoryMember: '../../../prisma/_generated/client.ts#Member as DirectoryMemberRow',
    IdentityProvider: '../../../prisma/_generated/client.ts#IdentityProvider as ProviderRow',
    Member: '../../../prisma/_generated/client.ts#Member as MemberRow',
    Session: '../../../core/access/list-sessions.ts#ListedSession',
    Tenant: '../../../prisma/_generated/client.ts#Tenant as TenantRow',
    Viewer: '../../../core/access/actor.ts#Actor',
  },
  jobs: {
    Agent: '../../../prisma/_generated/client.ts#Agent as AgentRow',
    AgentVersion: '../../../prisma/_generated/client.ts#AgentVersion as AgentVersionRow',
    Approval: '../../../prisma/_generated/client.ts#Approval as ApprovalRow',
    ApprovalDecision:
      '../../../core/jobs/sensitive/shown-decisions.ts#ShownDecision as ApprovalDecisionRow',
    ApprovalRequest: '../../../core/jobs/tail-approvals.ts#ApprovalRequest as ApprovalNews',
    DecisionLink: '../../../prisma/_generated/client.ts#DecisionLink as DecisionLinkRow',
    Delegation: '../../../prisma/_generated/client.ts#Delegation as DelegationRow',
    Finding: '../../../core/jobs/validate-definition.ts#Finding as LintFinding',
    Job: '../nodes.ts#JobNode',
    JobBatch: '../nodes.ts#BatchNode',
    JobRetention: '../../../core/jobs/retention/retention.ts#Retention',
    JobConnection: '../nodes.ts#JobPage',
    JobChange: '../../../core/jobs/tail-job-changes.ts#JobChange as JobNews',
    JobEvent: '../../../core/jobs/job-event.ts#JobEvent as StoredJobEvent',
    Schedule: '../../../prisma/_generated/client.ts#Schedule as OwnScheduleRow',
    AgentSchedule: '../../../prisma/_generated/client.ts#Schedule as ScheduleRow',
    QueueStats: '../../../core/jobs/get-queue-stats.ts#QueueStats as MeasuredQueue',
    QueueWorker: '../../../core/jobs/list-queue-workers.ts#HoldingWorker',
    AgentQueueStats: '../../../core/jobs/list-agent-queues.ts#AgentQueue',
    Secret: '../../../core/jobs/list-secrets.ts#SecretInfo',
    BulkOperation: '../../../prisma/_generated/client.ts#BulkOperation as BulkOperationRow',
    Backtest: '../../../prisma/_generated/client.ts#Backtest as BacktestRow',
    BacktestResult: '../../../core/jobs/backtests/list-results.ts#BacktestResult as ShownResult',
    InboundWebhook: '../../../core/inbound/load-inbound.ts#InboundInfo',
    ReceivedWebhook: '../../../core/inbound/receive-webhook.ts#InboundAnswer',
    Webhook: '../../../core/webhooks/load-webhook.ts#WebhookInfo',
    WebhookDelivery: '../../../prisma/_generated/client.ts#WebhookDelivery as WebhookDeliveryRow',
    JobTiming: '../../../core/jobs/timing/load-timings.ts#JobTiming as MeasuredTiming',
    JobPathStep: '../../../core/jobs/timing/path-chain.ts#Stretch',
    JobAttempt: '../../../core/jobs/load-job-attempts.ts#JobAttempt as LoggedAttempt',
    JobStep: '../../../core/jobs/list-job-steps.ts#JobStep as DerivedJobStep',
  },
  integrations: {
    Integration: '../../../prisma/_generated/client.ts#Integration as IntegrationRow',
    ConnectLink: '../../../prisma/_generated/client.ts#ConnectLink as ConnectLinkRow',
    IntegrationCall: '../../../prisma/_generated/client.ts#IntegrationCall as IntegrationCallRow',
    Job: '../nodes.ts#JobNode',
  },
  audit: {
    Agent: '../nodes.ts#SubjectNode',
    AuditChainReport: '../../../core/audit/verify-log.ts#LogReport',
    AuditCheckpoint: '../../../core/audit/checkpoints.ts#AuditCheckpointRow',
    AuditInclusionProof: '../../../core/audit/proofs.ts#InclusionProof',
    AuditConsistencyProof: '../../../core/audit/proofs.ts#ConsistencyProof',
    AuditExportPage: '../../../core/audit/export-log.ts#ExportPage',
    AuditStatus: '../../../core/audit/audit-status.ts#LogStatus',
    AuditRetention: '../../../core/audit/retention/retention.ts#Retention',
    AuditStream: '../../../core/audit/streams/stream.ts#AuditStream as AuditStreamRow',
    LegalHold: '../../../prisma/_generated/client.ts#LegalHold as LegalHoldRow',
    JobLineage: '../../../core/audit/job-lineage.ts#JobLineage as JobLineageRow',
    AuditEvent: '../../../core/audit/audit-event.ts#ListedEvent',
    Integration: '../nodes.ts#SubjectNode',
    Job: '../nodes.ts#SubjectNode',
  },
};

function resolverTypes(subgraph: string): GeneratedFile {
  return {
    schema: `schema/${subgraph}.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      scalars,
      mappers: mappers[subgraph],
      enumsAsTypes: true,
      immutableTypes: true,
      useTypeImports: true,
      avoidOptionals: { field: true, inputValue: false, object: true, defaultValue: false },
      contextType: '../../server/context.ts#SubgraphContext',
      useIndexSignature: false,
    },
  };
}

function clientDocuments(documents: string): GeneratedFile {
  return {
    ...{ schema: 'schema/api.graphql', documents },
    plugins: ['typescript-operations', 'typed-document-node'],
    config: {
      enumsAsTypes: true,
      useTypeImports: true,
      immutableTypes: true,
      avoidOptionals: { field: true, inputValue: false, object: true, defaultValue: false },
      scalars: { DateTime: 'string', JSON: 'unknown', ID: 'string' },
    },
  };
}

/** What `npm run codegen` writes, by file. */
export const generated: Readonly<Record<string, GeneratedFile>> = {
  ...Object.fromEntries(
    Object.keys(mappers).map((name) => [
      `subgraphs/${name}/_generated/resolvers.ts`,
      resolverTypes(name),
    ]),
  ),
  'sdk/src/_generated/documents.ts': clientDocuments('sdk/documents'),
  'sdk/src/_generated/operations.ts': {
    ...{ schema: 'schema/api.graphql', documents: 'sdk/documents' },
    plugins: ['operation-texts'],
    config: { types: './documents.ts', operation: '../typed-operation.ts' },
  },
  'console/src/_generated/documents.ts': clientDocuments('console/src'),
};

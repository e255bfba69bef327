import type { JsonObject, JsonValue } from '../../../kernel/json.ts';
import { asking, type TenantObjects } from '../tenant-objects.ts';

/** What an operation is asked with about objects; `mark` is new each time, for what it makes. */
type ArgumentsOf = (objects: TenantObjects, mark: string) => JsonObject;

const input = (value: JsonValue): JsonObject => ({ input: value });

/** Operations that name an object, by which they find that of their own tenant and no other. */
export const naming: Readonly<Record<string, ArgumentsOf>> = {
  'Query.agent': ({ agent }) => ({ id: agent }),
  'Query.node': ({ integration }) => ({ id: integration }),
  'Query.nodes': ({ job }) => ({ ids: [job] }),
  'Query.job': ({ job }) => ({ id: job }),
  'Query.directoryMember': ({ member }) => ({ id: member }),
  'Query.jobBatch': ({ batch }) => ({ id: batch }),
  'Query.bulkOperation': ({ bulkOperation }) => ({ id: bulkOperation }),
  'Query.backtest': ({ backtest }) => ({ id: backtest }),
  'Query.inboundWebhook': ({ inboundWebhook }) => ({ id: inboundWebhook }),
  'Query.schedule': ({ schedule }) => ({ id: schedule }),
  'Query.webhook': ({ webhook }) => ({ id: webhook }),
  'Query.webhookDelivery': ({ webhookDelivery }) => ({ id: webhookDelivery }),
  'Query.decisionLinks': ({ approval }) => ({ approvalId: approval }),
  'Query.redrivePlan': ({ job }) => ({ jobId: job }),
  'Query.connectLink': ({ connectLink }) => ({ id: connectLink }),
  'Query.integration': ({ integration }) => ({ id: integration }),
  'Query.auditStream': ({ auditStream }) => ({ id: auditStream }),
  'Query.inclusionProof': ({ auditEvent }) => ({ eventId: auditEvent }),
  'Mutation.createAccessToken': ({ job }) => input({ job }),
  'Mutation.revokeAccessToken': ({ accessToken }) => input({ id: accessToken }),
  'Mutation.rotateApiKey': ({ apiKey }) => input({ id: apiKey }),
  'Mutation.revokeApiKey': ({ apiKey }) => input({ id: apiKey }),
  'Mutation.setMemberRole': ({ member }) => input({ id: member, role: 'VIEWER' }),
  'Mutation.removeMember': ({ member }) => input({ id: member }),
  'Mutation.provisionMember': ({ member }, mark) => input({ id: member, name: mark }),
  'Mutation.updateRole': ({ customRole }) =>
    input({ id: customRole, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.deleteRole': ({ spareRole }) => input({ id: spareRole }),
  'Mutation.updateGroup': ({ group, customRole }) => input({ id: group, customRoleId: customRole }),
  'Mutation.deleteGroup': ({ spareGroup }) => input({ id: spareGroup }),
  'Mutation.addGroupMember': ({ group, spareMember }) =>
    input({ groupId: group, memberId: spareMember }),
  'Mutation.removeGroupMember': ({ group, groupMember }) =>
    input({ groupId: group, memberId: groupMember }),
  'Mutation.removeIdentityProvider': ({ provider }) => input({ id: provider }),
  'Mutation.endSession': ({ session }) => input({ id: session }),
  'Mutation.archiveAgent': ({ spareAgent }) => input({ id: spareAgent }),
  'Mutation.resumeAgent': ({ agent }) => input({ id: agent }),
  'Mutation.submitJob': ({ agentName }) => input({ agent: agentName, input: {} }),
  'Mutation.submitJobs': ({ agentName, batch }) =>
    input({ jobs: [{ agent: agentName, input: {} }], batchId: batch }),
  'Mutation.runJob': ({ agentName }) =>
    input({ job: { agent: agentName, input: {} }, timeoutMs: 1 }),
  'Mutation.cancelJob': ({ job }) => input({ id: job }),
  'Mutation.pauseJob': ({ job }) => input({ id: job }),
  'Mutation.resumeJob': ({ job }) => input({ id: job }),
  'Mutation.redriveJob': ({ job }) => input({ id: job }),
  'Mutation.cancelJobs': ({ batch }) => input({ filter: { batchId: batch } }),
  'Mutation.pauseJobs': ({ restingJob }) => input({ filter: { idPrefix: restingJob } }),
  'Mutation.resumeJobs': ({ pausedJob }) => input({ filter: { idPrefix: pausedJob } }),
  'Mutation.redriveJobs': ({ cancelledJob }) => input({ filter: { idPrefix: cancelledJob } }),
  'Mutation.cancelBulkOperation': ({ bulkOperation }) => input({ id: bulkOperation }),
  'Mutation.backtestDefinition': ({ agentName }) =>
    input({ definition: asking('never'), agent: agentName }),
  'Mutation.cancelBacktest': ({ backtest }) => input({ id: backtest }),
  'Mutation.decideApproval': ({ approval }) => input({ id: approval, approve: true }),
  'Mutation.undoDecision': ({ approval }) => input({ id: approval }),
  'Mutation.createDecisionLink': ({ approval, approver }) =>
    input({ approvalId: approval, memberId: approver }),
  'Mutation.revokeDecisionLink': ({ decisionLink }) => input({ id: decisionLink }),
  'Mutation.createDelegation': ({ spareMember }) =>
    input({ to: spareMember, endsAt: new Date(Date.now() + 3_600_000).toISOString() }),
  'Mutation.endDelegation': ({ delegation }) => input({ id: delegation }),
  'Mutation.updateSecret': ({ secret }) => input({ name: secret, agents: [] }),
  'Mutation.deleteSecret': ({ secret }) => input({ name: secret }),
  'Mutation.updateInboundWebhook': ({ inboundWebhook }) =>
    input({ id: inboundWebhook, description: 'known' }),
  'Mutation.deleteInboundWebhook': ({ spareInboundWebhook }) => input({ id: spareInboundWebhook }),
  'Mutation.rotateInboundWebhookSecret': ({ inboundWebhook }) => input({ id: inboundWebhook }),
  'Mutation.createSchedule': ({ agentName }, mark) =>
    input({ name: mark, agent: agentName, every: 'P1D' }),
  'Mutation.updateSchedule': ({ schedule }) => input({ id: schedule, description: 'known' }),
  'Mutation.deleteSchedule': ({ spareSchedule }) => input({ id: spareSchedule }),
  'Mutation.pauseSchedule': ({ schedule }) => input({ id: schedule }),
  'Mutation.resumeSchedule': ({ pausedSchedule }) => input({ id: pausedSchedule }),
  'Mutation.triggerSchedule': ({ schedule }) => input({ id: schedule }),
  'Mutation.backfillSchedule': ({ schedule }) =>
    input({ id: schedule, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', dryRun: true }),
  'Mutation.updateWebhook': ({ webhook }) => input({ id: webhook, description: 'known' }),
  'Mutation.deleteWebhook': ({ spareWebhook }) => input({ id: spareWebhook }),
  'Mutation.rotateWebhookSecret': ({ webhook }) => input({ id: webhook }),
  'Mutation.testWebhook': ({ webhook }) => input({ id: webhook }),
  'Mutation.redeliverWebhook': ({ webhookDelivery }) => input({ id: webhookDelivery }),
  'Mutation.updateIntegration': ({ integration }) =>
    input({
      id: integration,
      config: { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] },
    }),
  'Mutation.clearIntegrationCache': ({ integration }) => input({ id: integration }),
  'Mutation.labelIntegration': ({ integration }) => input({ id: integration, labels: [] }),
  'Mutation.deleteIntegration': ({ spareIntegration }) => input({ id: spareIntegration }),
  'Mutation.setCredential': ({ integration }) =>
    input({ integrationId: integration, credential: { type: 'bearer', token: 'canary' } }),
  'Mutation.createConnectLink': ({ consentIntegration }) =>
    input({ integrationId: consentIntegration }),
  'Mutation.testIntegration': ({ integration }) => input({ id: integration }),
  'Mutation.discoverIntegration': ({ integration }) => input({ id: integration }),
  'Mutation.invokeIntegration': ({ integration }) =>
    input({ integrationId: integration, operation: 'ping' }),
  'Mutation.eraseSubject': ({ member }) => input({ memberId: member }),
  'Mutation.pauseAuditStream': ({ auditStream }) => input({ id: auditStream }),
  'Mutation.resumeAuditStream': ({ auditStream }) => input({ id: auditStream }),
  'Mutation.rotateAuditStreamSecret': ({ auditStream }) => input({ id: auditStream }),
  'Mutation.testAuditStream': ({ auditStream }) => input({ id: auditStream }),
  'Mutation.deleteAuditStream': ({ spareAuditStream }) => input({ id: spareAuditStream }),
  'Mutation.releaseLegalHold': ({ legalHold }) => input({ id: legalHold }),
  'Subscription.jobEvents': ({ job }) => ({ jobId: job }),
  'Subscription.bulkOperationProgress': ({ bulkOperation }) => ({ id: bulkOperation }),
  'Subscription.backtestProgress': ({ backtest }) => ({ id: backtest }),
  'Subscription.jobBatchChanges': ({ batch }) => ({ id: batch }),
};

/** Operations that need arguments but name nothing. A stream with a bad cursor ends at once for who may open it. */
export const making: Readonly<Record<string, (mark: string) => JsonObject>> = {
  'Query.previewSchedule': () => input({ every: 'PT1H' }),
  'Query.validateDefinition': () => ({ definition: asking('never') }),
  'Query.consistencyProof': () => ({ from: '0', to: '0' }),
  'Query.analytics': () => ({
    measure: 'JOBS',
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-02T00:00:00Z',
  }),
  'Mutation.createApiKey': (mark) => input({ name: mark, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.inviteMember': (mark) =>
    input({ name: mark, email: `${mark}@b.example`, role: 'VIEWER' }),
  'Mutation.createRole': (mark) => input({ name: mark, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.createGroup': (mark) => input({ name: mark }),
  'Mutation.createIdentityProvider': (mark) =>
    input({ name: mark, issuer: `https://${mark}.example`, audience: 'operandi' }),
  'Mutation.updateTenant': (mark) => input({ name: mark }),
  'Mutation.publishAgent': (mark) => input({ definition: asking(mark) }),
  'Mutation.sendEvent': (mark) => input({ id: mark, source: 'test', type: 'test.happened' }),
  'Mutation.setSecret': (mark) => input({ name: mark, value: 'canary' }),
  'Mutation.createWebhook': (mark) =>
    input({ url: `https://${mark}.example`, events: ['dev.operandi.nothing'] }),
  'Mutation.createInboundWebhook': (mark) => input({ name: mark, scheme: 'GITHUB' }),
  'Mutation.receiveWebhook': () => input({ headers: {}, body: '' }),
  'Mutation.viewDecisionLink': () => input({ secret: '' }),
  'Mutation.decideByLink': () => input({ secret: '', approve: true }),
  'Mutation.viewConnectLink': () => input({ secret: '' }),
  'Mutation.beginConsent': () => input({ secret: '', redirectUri: 'https://example.com' }),
  'Mutation.finishConsent': () =>
    input({ secret: '', redirectUri: 'https://example.com', query: '' }),
  'Mutation.createIntegration': (mark) =>
    input({
      ...{ name: mark, kind: 'http' },
      config: { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] },
    }),
  'Mutation.setJobRetention': () => input({ days: 30_000 }),
  'Mutation.setAuditRetention': () => input({ days: 30_000 }),
  'Mutation.createAuditStream': (mark) =>
    input({ name: mark, https: { url: `https://${mark}.example` } }),
  'Mutation.placeLegalHold': (mark) => input({ name: mark, reason: 'a lawsuit' }),
  'Subscription.jobChanges': () => ({ after: 'no cursor' }),
  'Subscription.approvalRequests': () => ({ after: 'no cursor' }),
  'Subscription.auditEvents': () => ({ after: 'no cursor' }),
};

/** Which of the objects each entity is. */
export const entities: Readonly<Record<string, keyof TenantObjects>> = {
  Tenant: 'tenant',
  Member: 'member',
  ApiKey: 'apiKey',
  Agent: 'agent',
  AgentVersion: 'agentVersion',
  Job: 'job',
  Approval: 'approval',
  Integration: 'integration',
  IntegrationCall: 'call',
  AuditEvent: 'auditEvent',
};

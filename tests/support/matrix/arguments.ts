import type { JsonObject, JsonValue } from '../../../kernel/json.ts';
import { asking, type TenantObjects } from '../tenant-objects.ts';

/** What an operation is asked with about objects; `mark` is new each time, for what it makes. */
type ArgumentsOf = (objects: TenantObjects, mark: string) => JsonObject;

const input = (value: JsonValue): JsonObject => ({ input: value });

/** Operations that name an object, by which they find that of their own tenant and no other. */
export const naming: Readonly<Record<string, ArgumentsOf>> = {
  'Query.agent': ({ agent }) => ({ id: agent }),
  'Query.job': ({ job }) => ({ id: job }),
  'Query.redrivePlan': ({ job }) => ({ jobId: job }),
  'Query.integration': ({ integration }) => ({ id: integration }),
  'Query.inclusionProof': ({ auditEvent }) => ({ eventId: auditEvent }),
  'Mutation.rotateApiKey': ({ apiKey }) => input({ id: apiKey }),
  'Mutation.revokeApiKey': ({ apiKey }) => input({ id: apiKey }),
  'Mutation.setMemberRole': ({ member }) => input({ id: member, role: 'VIEWER' }),
  'Mutation.removeMember': ({ member }) => input({ id: member }),
  'Mutation.updateRole': ({ customRole }) =>
    input({ id: customRole, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.deleteRole': ({ customRole }) => input({ id: customRole }),
  'Mutation.removeIdentityProvider': ({ provider }) => input({ id: provider }),
  'Mutation.endSession': ({ session }) => input({ id: session }),
  'Mutation.archiveAgent': ({ spareAgent }) => input({ id: spareAgent }),
  'Mutation.resumeAgent': ({ agent }) => input({ id: agent }),
  'Mutation.submitJob': ({ agentName }) => input({ agent: agentName, input: {} }),
  'Mutation.submitJobs': ({ agentName }) => input({ jobs: [{ agent: agentName, input: {} }] }),
  'Mutation.runJob': ({ agentName }) =>
    input({ job: { agent: agentName, input: {} }, timeoutMs: 1 }),
  'Mutation.cancelJob': ({ job }) => input({ id: job }),
  'Mutation.pauseJob': ({ job }) => input({ id: job }),
  'Mutation.resumeJob': ({ job }) => input({ id: job }),
  'Mutation.redriveJob': ({ job }) => input({ id: job }),
  'Mutation.decideApproval': ({ approval }) => input({ id: approval, approve: true }),
  'Mutation.updateSecret': ({ secret }) => input({ name: secret, agents: [] }),
  'Mutation.deleteSecret': ({ secret }) => input({ name: secret }),
  'Mutation.updateIntegration': ({ integration }) =>
    input({
      id: integration,
      config: { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] },
    }),
  'Mutation.deleteIntegration': ({ spareIntegration }) => input({ id: spareIntegration }),
  'Mutation.setCredential': ({ integration }) =>
    input({ integrationId: integration, credential: { type: 'bearer', token: 'canary' } }),
  'Mutation.testIntegration': ({ integration }) => input({ id: integration }),
  'Mutation.invokeIntegration': ({ integration }) =>
    input({ integrationId: integration, operation: 'ping' }),
  'Subscription.jobEvents': ({ job }) => ({ jobId: job }),
};

/** Operations that need arguments but name nothing. A stream with a bad cursor ends at once for who may open it. */
export const making: Readonly<Record<string, (mark: string) => JsonObject>> = {
  'Query.validateDefinition': () => ({ definition: asking('never') }),
  'Query.consistencyProof': () => ({ from: '0', to: '0' }),
  'Mutation.createApiKey': (mark) => input({ name: mark, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.inviteMember': (mark) =>
    input({ name: mark, email: `${mark}@b.example`, role: 'VIEWER' }),
  'Mutation.createRole': (mark) => input({ name: mark, permissions: ['ACCESS_MANAGE'] }),
  'Mutation.createIdentityProvider': (mark) =>
    input({ name: mark, issuer: `https://${mark}.example`, audience: 'operandi' }),
  'Mutation.updateTenant': (mark) => input({ name: mark }),
  'Mutation.publishAgent': (mark) => input({ definition: asking(mark) }),
  'Mutation.sendEvent': (mark) => input({ id: mark, source: 'test', type: 'test.happened' }),
  'Mutation.setSecret': (mark) => input({ name: mark, value: 'canary' }),
  'Mutation.createIntegration': (mark) =>
    input({
      ...{ name: mark, kind: 'http' },
      config: { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] },
    }),
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

import { addGroupMember } from '../../core/access/add-group-member.ts';
import { createAccessToken } from '../../core/access/create-access-token.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { createGroup } from '../../core/access/create-group.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { createAuditStream } from '../../core/audit/streams/create-stream.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { startSession } from '../../core/access/start-session.ts';
import type { VerbContext } from '../../core/context.ts';
import { createConnectLink } from '../../core/integrations/create-connect-link.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { invokeIntegration } from '../../core/integrations/invoke-integration.ts';
import { backtestDefinition } from '../../core/jobs/backtests/backtest-definition.ts';
import { pauseJobs } from '../../core/jobs/bulk/pause-jobs.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { createDecisionLink } from '../../core/jobs/decision-links/create-decision-link.ts';
import { createDelegation } from '../../core/jobs/delegations/create-delegation.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { createSchedule } from '../../core/jobs/schedules/create-schedule.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { createInboundWebhook } from '../../core/inbound/create-inbound-webhook.ts';
import { createWebhook } from '../../core/webhooks/create-webhook.ts';
import { testWebhook } from '../../core/webhooks/test-webhook.ts';
import { newId } from '../../kernel/ids.ts';
import { until } from './until.ts';

/** One object of each kind in a tenant, by id or by name. */
export type TenantObjects = Readonly<Record<(typeof objectKinds)[number], string>>;

const objectKinds = [
  ...(['member', 'apiKey', 'customRole', 'provider', 'session', 'accessToken'] as const),
  ...(['spareRole', 'group', 'spareGroup', 'groupMember', 'spareMember'] as const),
  ...(['agent', 'agentName', 'agentVersion', 'spareAgent', 'job', 'approval', 'secret'] as const),
  ...(['batch', 'restingJob', 'pausedJob', 'cancelledJob', 'bulkOperation', 'backtest'] as const),
  ...(['schedule', 'spareSchedule', 'pausedSchedule'] as const),
  ...(['webhook', 'spareWebhook', 'webhookDelivery'] as const),
  ...(['inboundWebhook', 'spareInboundWebhook'] as const),
  ...(['integration', 'spareIntegration', 'call', 'auditEvent', 'tenant', 'legalHold'] as const),
  ...(['auditStream', 'spareAuditStream'] as const),
  ...(['consentIntegration', 'connectLink', 'delegation', 'decisionLink', 'approver'] as const),
];

/** A definition that calls an integration and then asks for an approval. */
export function asking(name: string, integration = 'partner'): string {
  return `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: 1.0.0 }
do:
  - ping: { call: integration, with: { integration: ${integration}, operation: ping } }
  - ask: { call: approval, with: { title: Pay? } }
`;
}

/** Makes them as an admin of the tenant; a worker has to run for the approval and the webhook, and `peerUrl` has to answer. */
export async function makeObjects(context: VerbContext, peerUrl: string): Promise<TenantObjects> {
  const { tenantId } = context.actor;
  const mark = newId().slice(-12);
  const access = await makeAccess(context, mark);
  const secret = `secret-${mark}`;
  await setSecret(context, { name: secret, value: 'canary' });
  const config = { baseUrl: peerUrl, operations: [{ name: 'ping', path: '/' }] };
  const [integration, spareIntegration] = [
    await createIntegration(context, { name: `partner-${mark}`, kind: 'http', config }),
    await createIntegration(context, { name: `spare-${mark}`, kind: 'http', config }),
  ];
  const consents = await makeConsents(context, `consent-${mark}`);
  const agentName = `ask-${mark}`;
  const published = await publishAgent(context, {
    definition: asking(agentName, integration.name),
  });
  const spare = await publishAgent(context, { definition: asking(`spare-${mark}`) });
  const [submitted, forApproval] = [
    await submitJob(context, { agent: agentName, input: {} }),
    await submitJob(context, { agent: agentName, input: {} }),
  ];
  const resting = await makeRestingJobs(context, agentName);
  const maker = { ...context.actor, kind: 'api_key', id: access.apiKey } as const;
  const wish = { agent: published.agent.id };
  const { id: accessToken } = await createAccessToken({ ...context, actor: maker }, wish);
  const schedules = await makeSchedules(context, agentName);
  const hooks = await makeWebhooks(context, `${peerUrl}/hook-${mark}`);
  const { call } = await invokeIntegration(context, {
    ...{ integrationId: integration.id, operation: 'ping' },
  });
  const versions = await rowsOf(context, (tx) => tx.agentVersion.findMany({ where: { tenantId } }));
  const version = versions.find(({ agentId }) => agentId === published.agent.id);
  const approval = await until('somebody is asked', async () => {
    const asked = await rowsOf(context, (tx) => tx.approval.findMany({ where: { tenantId } }));
    return asked.find(({ jobId }) => jobId === forApproval.jobId);
  });
  const deputy = { name: `deputy-${mark}`, permissions: ['APPROVALS_DECIDE'] };
  const { apiKey } = await createApiKey(context, deputy);
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const delegation = await createDelegation(context, { to: apiKey.id, endsAt });
  const streams = await makeAuditStreams(context, mark);
  const approver = { name: 'Approver', role: 'APPROVER', email: `approver-${mark}@b.example` };
  const { id: memberId } = await inviteMember(context, approver);
  const { decisionLink } = await createDecisionLink(context, { approvalId: approval.id, memberId });
  const hold = await placeLegalHold(context, { name: `hold-${mark}`, reason: 'a lawsuit' });
  const events = await rowsOf(context, (tx) => tx.auditEvent.findMany({ where: { tenantId } }));
  return {
    ...{ ...access, ...resting, ...schedules, ...hooks, ...consents, ...streams, accessToken },
    ...{ tenant: tenantId, agent: published.agent.id, agentName, spareAgent: spare.agent.id },
    ...{ agentVersion: version?.id ?? '', job: submitted.jobId, approval: approval.id, secret },
    ...{
      integration: integration.id,
      spareIntegration: spareIntegration.id,
      call: call.id,
      auditEvent: events[0]?.id ?? '',
      legalHold: hold.id,
      delegation: delegation.id,
      decisionLink: decisionLink.id,
      approver: memberId,
    },
  };
}

/** Streams to where nobody is. */
async function makeAuditStreams(context: VerbContext, mark: string) {
  const made = async (name: string) => {
    const wish = { name: `${name}-${mark}`, https: { url: `https://${name}-${mark}.example` } };
    return (await createAuditStream(context, wish)).stream.id;
  };
  return { auditStream: await made('stream'), spareAuditStream: await made('spare') };
}

/** An integration that waits for somebody's consent, and the link for that. */
async function makeConsents(context: VerbContext, name: string) {
  const { id: integrationId } = await createIntegration(context, {
    ...{ name, kind: 'http' },
    config: { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] },
    credential: { type: 'authorizationCode', issuer: 'https://example.com', clientId: 'agent' },
  });
  const { connectLink } = await createConnectLink(context, { integrationId });
  return { consentIntegration: integrationId, connectLink: connectLink.id };
}

async function makeAccess(context: VerbContext, mark: string) {
  const { tenantId } = context.actor;
  const [signsIn, provider] = [
    await newProvider(context, `in-${mark}`),
    await newProvider(context, `spare-${mark}`),
  ];
  const member = await inviteMember(context, {
    ...{ name: 'Somebody', role: 'VIEWER', email: `somebody-${mark}@b.example` },
    identity: { providerId: signsIn.id, subject: mark },
  });
  const groups = await makeGroups(context, mark);
  const { apiKey } = await createApiKey(context, { name: 'spare', permissions: ['ACCESS_MANAGE'] });
  const [role, spareRole] = [
    await createRole(context, { name: `role-${mark}`, permissions: ['ACCESS_MANAGE'] }),
    await createRole(context, { name: `spare-${mark}`, permissions: ['ACCESS_MANAGE'] }),
  ];
  await startSession(
    context,
    { member, provider: signsIn, kind: 'CLI', agent: undefined, requestId: newId() },
    { idleSeconds: 3_600, seconds: 3_600 },
  );
  const [session] = await rowsOf(context, (tx) => tx.session.findMany({ where: { tenantId } }));
  return {
    ...{ member: member.id, apiKey: apiKey.id, customRole: role.id, provider: provider.id },
    ...{ session: session?.id ?? '', spareRole: spareRole.id },
    ...groups,
  };
}

/** A group, who is in it and who is not. */
async function makeGroups(context: VerbContext, mark: string) {
  const invited = (name: string) =>
    inviteMember(context, { name, role: 'VIEWER', email: `${name}-${mark}@b.example` });
  const [groupMember, spareMember] = [await invited('in'), await invited('out')];
  const [group, spareGroup] = [
    await createGroup(context, { name: `group-${mark}` }),
    await createGroup(context, { name: `spare-${mark}` }),
  ];
  await addGroupMember(context, { groupId: group.id, memberId: groupMember.id });
  return {
    ...{ group: group.id, spareGroup: spareGroup.id },
    ...{ groupMember: groupMember.id, spareMember: spareMember.id },
  };
}

/** Jobs that are to begin much later, and so stay as they are left, a bulk operation and a backtest. */
async function makeRestingJobs(context: VerbContext, agent: string) {
  const runAt = new Date(context.clock.now().getTime() + 3_600_000).toISOString();
  const { batch } = await submitJobs(context, { jobs: [{ agent, input: {}, runAt }] });
  const rest = async () => (await submitJob(context, { agent, input: {}, runAt })).jobId;
  const [restingJob, pausedJob, cancelledJob] = [await rest(), await rest(), await rest()];
  await pauseJob(context, { id: pausedJob });
  await cancelJob(context, { id: cancelledJob });
  const { operation } = await pauseJobs(context, { filter: { idPrefix: await rest() } });
  const backtest = await backtestDefinition(context, { definition: asking(agent) });
  return {
    ...{ batch: batch.id, restingJob, pausedJob, cancelledJob, backtest: backtest.id },
    bulkOperation: operation?.id ?? '',
  };
}

/** Schedules that are due much later. */
async function makeSchedules(context: VerbContext, agent: string) {
  const made = async (isPaused: boolean) =>
    (await createSchedule(context, { name: newId(), agent, every: 'P1D', isPaused })).id;
  return {
    ...{ schedule: await made(false), spareSchedule: await made(false) },
    pausedSchedule: await made(true),
  };
}

/** Webhooks that are told of nothing but a ping, and the delivery of that. */
async function makeWebhooks(context: VerbContext, url: string) {
  const wish = { url, events: ['dev.operandi.nothing'] };
  const [{ webhook }, { webhook: spare }] = [
    await createWebhook(context, wish),
    await createWebhook(context, wish),
  ];
  const { id } = await testWebhook(context, { id: webhook.id });
  await until('the ping is delivered', async () => {
    const [found] = await rowsOf(context, (tx) => tx.webhookDelivery.findMany({ where: { id } }));
    return found?.state === 'DELIVERED';
  });
  const [inbound, spareInbound] = [
    await createInboundWebhook(context, { name: 'github', scheme: 'GITHUB' }),
    await createInboundWebhook(context, { name: 'spare', scheme: 'GITHUB' }),
  ];
  return {
    ...{ webhook: webhook.id, spareWebhook: spare.id, webhookDelivery: id },
    inboundWebhook: inbound.inboundWebhook.id,
    spareInboundWebhook: spareInbound.inboundWebhook.id,
  };
}

/** An issuer whom the tenant trusts; nothing asks it. */
export function newProvider(context: VerbContext, name: string) {
  return createIdentityProvider(context, {
    ...{ name, issuer: `https://${name}.example`, clientId: 'operandi' },
  });
}

function rowsOf<Rows>(
  { database, actor }: VerbContext,
  read: Parameters<typeof database.withTenant<Rows>>[1],
): Promise<Rows> {
  return database.withTenant(actor.tenantId, read);
}

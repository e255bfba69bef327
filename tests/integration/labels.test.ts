import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { createRole } from '../../core/access/create-role.ts';
import { findKey } from '../../core/access/find-key.ts';
import { updateRole } from '../../core/access/update-role.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { deleteIntegration } from '../../core/integrations/delete-integration.ts';
import { discoverIntegration } from '../../core/integrations/discover-integration.ts';
import { getIntegration } from '../../core/integrations/get-integration.ts';
import { invokeIntegration } from '../../core/integrations/invoke-integration.ts';
import { labelIntegration } from '../../core/integrations/label-integration.ts';
import { listIntegrations } from '../../core/integrations/list-integrations.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { testIntegration } from '../../core/integrations/test-integration.ts';
import { updateIntegration } from '../../core/integrations/update-integration.ts';
import { archiveAgent } from '../../core/jobs/archive-agent.ts';
import { cancelBulkOperation } from '../../core/jobs/bulk/cancel-bulk-operation.ts';
import { cancelJobs } from '../../core/jobs/bulk/cancel-jobs.ts';
import {
  findBulkOperation,
  listBulkOperations,
} from '../../core/jobs/bulk/list-bulk-operations.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { findAgent } from '../../core/jobs/find-agent.ts';
import { findBatch } from '../../core/jobs/find-batch.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { getQueueStats } from '../../core/jobs/get-queue-stats.ts';
import { listAgents } from '../../core/jobs/list-agents.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { listSecrets } from '../../core/jobs/list-secrets.ts';
import { loadBatchCounts } from '../../core/jobs/load-batch-counts.ts';
import { loadCanDecide } from '../../core/jobs/load-decisions.ts';
import { loadAgents, loadJobData } from '../../core/jobs/load-jobs.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { resumeJob } from '../../core/jobs/resume-job.ts';
import { createInboundWebhook } from '../../core/inbound/create-inbound-webhook.ts';
import { deleteInboundWebhook } from '../../core/inbound/delete-inbound-webhook.ts';
import {
  findInboundWebhook,
  listInboundWebhooks,
} from '../../core/inbound/list-inbound-webhooks.ts';
import { rotateInboundWebhookSecret } from '../../core/inbound/rotate-inbound-secret.ts';
import { updateInboundWebhook } from '../../core/inbound/update-inbound-webhook.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { tailJob } from '../../core/jobs/tail-job.ts';
import { createWebhook } from '../../core/webhooks/create-webhook.ts';
import { deleteWebhook } from '../../core/webhooks/delete-webhook.ts';
import { findDelivery, findWebhook } from '../../core/webhooks/find-webhook.ts';
import { listWebhooks } from '../../core/webhooks/list-webhooks.ts';
import { redeliverWebhook } from '../../core/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from '../../core/webhooks/rotate-webhook-secret.ts';
import { testWebhook } from '../../core/webhooks/test-webhook.ts';
import { updateWebhook } from '../../core/webhooks/update-webhook.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { as, holderOf, labelled, only } from '../support/labelled.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const notFound = { code: 'NOT_FOUND' };
const forbidden = { code: 'FORBIDDEN' };
const http = { baseUrl: 'https://partner.example', operations: [{ name: 'echo', path: '/' }] };

/** A tenant with an agent, a job, an approval and an integration of each of two teams. */
async function twoTeams() {
  const admin = await contextOfNewTenant(services);
  const { tenantId } = admin.actor;
  const teamOf = async (team: string) => {
    const { agent } = await publishAgent(admin, { definition: labelled(team, { team }) });
    const { jobId } = await submitJob(admin, { agent: team });
    const approvalId = newId();
    await test.database.withTenant(tenantId, (tx) =>
      tx.approval.create({
        data: { ...{ tenantId, id: approvalId, jobId, key: 'a', title: 'Pay?' }, required: 1 },
      }),
    );
    const integration = await createIntegration(admin, {
      ...{ name: team, kind: 'http', config: http },
      labels: [{ name: 'team', value: team }],
    });
    return { agentId: agent.id, jobId, approvalId, integrationId: integration.id };
  };
  return { admin, finance: await teamOf('finance'), hr: await teamOf('hr') };
}

const jobsOf = async (context: VerbContext) =>
  (await listJobs(context, { first: 10 })).nodes.map(({ id }) => id);

describe('a permission to read jobs for some labels', () => {
  it('shows agents, jobs and approvals of those, and nothing else, whichever verb looks', async () => {
    const { admin, finance, hr } = await twoTeams();
    const { context } = await holderOf(admin, ['JOBS_READ'], [only('JOBS_READ', 'finance')]);
    expect(await jobsOf(context)).toEqual([finance.jobId]);
    const agents = (await listAgents(context, { first: 10 })).nodes;
    expect(agents.map(({ name }) => name)).toEqual(['finance']);
    const approvals = (await listApprovals(context, { first: 10 })).nodes;
    expect(approvals.map(({ id }) => id)).toEqual([finance.approvalId]);
    expect(await findJob(context, hr.jobId)).toBeNull();
    expect(await findAgent(context, { name: 'hr' })).toBeNull();
    expect((await loadAgents(context, [hr.agentId])).size).toBe(0);
    expect((await loadJobData(context, [hr.jobId])).size).toBe(0);
    expect(await getQueueStats(context)).toMatchObject({ queued: 1 });
    const { signal } = new AbortController();
    await expect(tailJob(context, { jobId: hr.jobId, signal })).rejects.toMatchObject(notFound);
  });

  it('shows batches with such jobs and those without any, and fills no other', async () => {
    const { admin } = await twoTeams();
    const own = await holderOf(admin, ['JOBS_READ', 'JOBS_SUBMIT'], [only('JOBS_READ', 'finance')]);
    const [mixed, foreign] = [
      await submitJobs(admin, { jobs: [{ agent: 'finance' }, { agent: 'hr' }] }),
      await submitJobs(admin, { jobs: [{ agent: 'hr' }] }),
    ];
    const batchId = foreign.batch.id;
    const { batch } = await submitJobs(own.context, { jobs: [{ agent: 'finance' }] });
    const empty = await submitJobs(own.context, { jobs: [{ agent: 'hr' }] });
    for (const { id } of [mixed.batch, batch, empty.batch])
      expect(await findBatch(own.context, id)).toMatchObject({ id });
    expect((await loadBatchCounts(own.context, [mixed.batch.id])).get(mixed.batch.id)).toEqual([
      expect.objectContaining({ count: 1 }),
    ]);
    expect(await findBatch(own.context, batchId)).toBeNull();
    const fill = submitJobs(own.context, { jobs: [{ agent: 'finance' }], batchId });
    await expect(fill).rejects.toMatchObject(notFound);
    expect(await findBatch(admin, batchId)).toMatchObject({ submitted: 1 });
  });

  it('follows the labels of the current version', async () => {
    const { admin, finance, hr } = await twoTeams();
    const { context } = await holderOf(admin, ['JOBS_READ'], [only('JOBS_READ', 'finance')]);
    await publishAgent(admin, { definition: labelled('hr', { team: 'finance', tier: '1' }) });
    expect((await jobsOf(context)).toSorted()).toEqual([finance.jobId, hr.jobId].toSorted());
    await publishAgent(admin, { definition: labelled('hr', {}) });
    expect(await jobsOf(context)).toEqual([finance.jobId]);
  });

  it('shows what any of its alternatives fits, and of one every label', async () => {
    const { admin, finance, hr } = await twoTeams();
    const both = [only('JOBS_READ', 'finance'), only('JOBS_READ', 'sales', 'hr')];
    const { context } = await holderOf(admin, ['JOBS_READ'], both);
    expect((await jobsOf(context)).toSorted()).toEqual([finance.jobId, hr.jobId].toSorted());
    const labels = [
      { name: 'team', values: ['finance'] },
      { name: 'tier', values: ['1'] },
    ];
    const strict = await holderOf(admin, ['JOBS_READ'], [{ permission: 'JOBS_READ', labels }]);
    expect(await jobsOf(strict.context)).toEqual([]);
  });

  it.each([
    ['a list', '["finance"]'],
    ['a text', '"finance"'],
    ['null', 'null'],
    ['a list of values', '{"team": ["finance"]}'],
    ['other letters', '{"team": "Finance"}'],
  ])('does not show an agent whose labels are %s', async (_, labels) => {
    const { admin, finance } = await twoTeams();
    const { context } = await holderOf(admin, ['JOBS_READ'], [only('JOBS_READ', 'finance')]);
    await test.database.pool.query('update jobs.agent set labels = $1::jsonb where id = $2', [
      labels,
      finance.agentId,
    ]);
    expect(await jobsOf(context)).toEqual([]);
    expect((await listAgents(context, { first: 10 })).nodes).toEqual([]);
  });
});

describe('a permission to act for some labels', () => {
  const everything = ['JOBS_READ', 'JOBS_SUBMIT', 'JOBS_OPERATE', 'APPROVALS_DECIDE'];

  it('submits jobs of those agents alone; others are forbidden, or not there where they are not seen', async () => {
    const { admin } = await twoTeams();
    const condition = only('JOBS_SUBMIT', 'finance');
    const seeing = await holderOf(admin, ['JOBS_READ', 'JOBS_SUBMIT'], [condition]);
    await expect(submitJob(seeing.context, { agent: 'finance' })).resolves.toBeDefined();
    await expect(submitJob(seeing.context, { agent: 'hr' })).rejects.toMatchObject(forbidden);
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'job.submit', data: { denied: ['JOBS_SUBMIT'] } });
    const many = await submitJobs(seeing.context, {
      jobs: [{ agent: 'hr' }, { agent: 'finance' }],
    });
    expect(many.results).toMatchObject([forbidden, { isNew: true }]);
    const blind = [condition, only('JOBS_READ', 'finance')];
    const { context } = await holderOf(admin, ['JOBS_READ', 'JOBS_SUBMIT'], blind);
    await expect(submitJob(context, { agent: 'hr' })).rejects.toMatchObject(notFound);
    await expect(submitJob(admin, { agent: 'hr' })).resolves.toBeDefined();
  });

  it.each([
    ['cancels', cancelJob],
    ['pauses', pauseJob],
    ['resumes', resumeJob],
  ])('%s jobs of those agents alone', async (_, act) => {
    const { admin, finance, hr } = await twoTeams();
    const { context } = await holderOf(admin, everything, [only('JOBS_OPERATE', 'finance')]);
    await expect(act(context, { id: hr.jobId })).rejects.toMatchObject(forbidden);
    if (act === resumeJob) await pauseJob(context, { id: finance.jobId });
    await expect(act(context, { id: finance.jobId })).resolves.toBeDefined();
    const blind = [only('JOBS_OPERATE', 'finance'), only('JOBS_READ', 'finance')];
    const other = await holderOf(admin, everything, blind);
    await expect(act(other.context, { id: hr.jobId })).rejects.toMatchObject(notFound);
  });

  it('decides approvals of those agents alone, and only those are theirs', async () => {
    const { admin, finance, hr } = await twoTeams();
    const { context } = await holderOf(admin, everything, [only('APPROVALS_DECIDE', 'finance')]);
    const mine = await listApprovals(context, { first: 10, mine: true });
    expect(mine.nodes.map(({ id }) => id)).toEqual([finance.approvalId]);
    const { nodes } = await listApprovals(context, { first: 10 });
    const canDecide = await loadCanDecide(context, nodes);
    expect(Object.fromEntries(nodes.map(({ id }, index) => [id, canDecide[index]]))).toEqual({
      [finance.approvalId]: true,
      [hr.approvalId]: false,
    });
    const decision = { id: hr.approvalId, approve: true };
    await expect(decideApproval(context, decision)).rejects.toMatchObject(forbidden);
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'approval.decide' });
    const blind = [only('APPROVALS_DECIDE', 'finance'), only('JOBS_READ', 'finance')];
    const other = await holderOf(admin, everything, blind);
    await expect(decideApproval(other.context, decision)).rejects.toMatchObject(notFound);
  });

  it('does not make a role of who has one, where an approval asks for it', async () => {
    const { admin, finance } = await twoTeams();
    await test.database.pool.query(`update jobs.approval set role = 'APPROVER' where id = $1`, [
      finance.approvalId,
    ]);
    const permissions = ['JOBS_READ', 'INTEGRATIONS_READ', 'APPROVALS_DECIDE'];
    const decision = { id: finance.approvalId, approve: true };
    const limited = await holderOf(admin, permissions, [only('APPROVALS_DECIDE', 'finance')]);
    await expect(decideApproval(limited.context, decision)).rejects.toMatchObject(forbidden);
  });

  it('sends no events, which reach all jobs, and sees no secrets, which have no labels', async () => {
    const { admin } = await twoTeams();
    const permissions = ['JOBS_READ', 'JOBS_OPERATE', 'INTEGRATIONS_READ'];
    const conditions = [only('JOBS_OPERATE', 'finance'), only('INTEGRATIONS_READ', 'finance')];
    const { context } = await holderOf(admin, permissions, conditions);
    const event = { id: '1', source: 'test', type: 'x' };
    await expect(sendEvent(context, event)).rejects.toMatchObject(forbidden);
    await expect(listSecrets(context, { first: 5 })).rejects.toMatchObject(forbidden);
  });

  it.each([['JOBS_OPERATE'], ['JOBS_READ']])(
    'has no bulk operations, which reach all jobs: %s',
    async (permission) => {
      const { admin, hr } = await twoTeams();
      const conditions = [only(permission, 'finance')];
      const { context } = await holderOf(admin, ['JOBS_READ', 'JOBS_OPERATE'], conditions);
      const wish = { filter: { agent: 'hr' } };
      await expect(cancelJobs(context, wish)).rejects.toMatchObject(forbidden);
      await expect(cancelJobs(context, { ...wish, dryRun: true })).rejects.toMatchObject(forbidden);
      const log = await auditLogOf(test.database, admin.actor.tenantId);
      expect(log.at(-1)).toMatchObject({ action: 'jobs.cancel', data: { denied: [permission] } });
      expect(await jobsOf(admin)).toContain(hr.jobId);
    },
  );

  it('neither reads bulk operations, whose filters tell of all jobs, nor ends any', async () => {
    const { admin } = await twoTeams();
    const { operation } = await cancelJobs(admin, { filter: { agent: 'hr' } });
    const id = operation?.id ?? '';
    const reader = await holderOf(admin, ['JOBS_READ'], [only('JOBS_READ', 'finance')]);
    await expect(findBulkOperation(reader.context, id)).rejects.toMatchObject(forbidden);
    await expect(listBulkOperations(reader.context, {})).rejects.toMatchObject(forbidden);
    const operator = await holderOf(
      admin,
      ['JOBS_READ', 'JOBS_OPERATE'],
      [only('JOBS_OPERATE', 'finance')],
    );
    await expect(cancelBulkOperation(operator.context, { id })).rejects.toMatchObject(forbidden);
    expect(await findBulkOperation(operator.context, id)).toMatchObject({ state: 'RUNNING' });
  });

  it.each([['INTEGRATIONS_MANAGE'], ['JOBS_READ']])(
    'has nothing told to webhooks, which have no labels: %s',
    async (permission) => {
      const { admin } = await twoTeams();
      const url = 'https://partner.example';
      const { webhook } = await createWebhook(admin, { url, events: ['*'] });
      const { context } = await holderOf(
        admin,
        ['JOBS_READ', 'INTEGRATIONS_MANAGE'],
        [only(permission, 'finance')],
      );
      const another = createWebhook(context, { url, events: ['*'] });
      await expect(another).rejects.toMatchObject(forbidden);
      const moved = updateWebhook(context, { id: webhook.id, url: 'https://other.example' });
      await expect(moved).rejects.toMatchObject(forbidden);
    },
  );

  it.each([
    ['deleted', deleteWebhook],
    ['given a new secret', rotateWebhookSecret],
    ['tested', testWebhook],
    ['asked to be told again', redeliverWebhook],
  ])('leaves webhooks from being %s', async (_, act) => {
    const { admin } = await twoTeams();
    const conditions = [only('INTEGRATIONS_MANAGE', 'finance')];
    const { context } = await holderOf(admin, ['INTEGRATIONS_MANAGE'], conditions);
    await expect(act(context, { id: newId() })).rejects.toMatchObject(forbidden);
  });

  it.each(['INTEGRATIONS_MANAGE', 'JOBS_OPERATE'] as const)(
    'opens no way in for events, which have no labels: %s',
    async (permission) => {
      const { admin } = await twoTeams();
      const wish = { name: 'github', scheme: 'GITHUB' };
      const { inboundWebhook } = await createInboundWebhook(admin, wish);
      const { context } = await holderOf(
        admin,
        ['JOBS_OPERATE', 'INTEGRATIONS_MANAGE'],
        [only(permission, 'finance')],
      );
      const { id } = inboundWebhook;
      const acts = [
        () => createInboundWebhook(context, { ...wish, name: 'other' }),
        () => updateInboundWebhook(context, { id }),
        () => rotateInboundWebhookSecret(context, { id }),
      ];
      for (const act of acts) await expect(act()).rejects.toMatchObject(forbidden);
      if (permission === 'JOBS_OPERATE') return;
      await expect(deleteInboundWebhook(context, { id })).rejects.toMatchObject(forbidden);
    },
  );

  it('sees no inbound webhooks', async () => {
    const { admin } = await twoTeams();
    const conditions = [only('INTEGRATIONS_READ', 'finance')];
    const { context } = await holderOf(admin, ['INTEGRATIONS_READ'], conditions);
    const found = findInboundWebhook(context, newId());
    await expect(found).rejects.toMatchObject(forbidden);
    const listed = listInboundWebhooks(context, { first: 1 });
    await expect(listed).rejects.toMatchObject(forbidden);
  });

  it('sees no webhooks and no deliveries', async () => {
    const { admin } = await twoTeams();
    const conditions = [only('INTEGRATIONS_READ', 'finance')];
    const { context } = await holderOf(admin, ['INTEGRATIONS_READ'], conditions);
    await expect(listWebhooks(context, {})).rejects.toMatchObject(forbidden);
    await expect(findWebhook(context, newId())).rejects.toMatchObject(forbidden);
    await expect(findDelivery(context, newId())).rejects.toMatchObject(forbidden);
  });

  it('publishes agents with those labels alone, before and after', async () => {
    const { admin, hr, finance } = await twoTeams();
    const permissions = ['JOBS_READ', 'AGENTS_PUBLISH'];
    const { context } = await holderOf(admin, permissions, [only('AGENTS_PUBLISH', 'finance')]);
    const publishing = (name: string, team: string) =>
      publishAgent(context, { definition: labelled(name, { team }) });
    await expect(publishing('new', 'finance')).resolves.toMatchObject({ version: { version: 1 } });
    await expect(publishing('other', 'hr')).rejects.toMatchObject(forbidden);
    await expect(publishing('hr', 'finance')).rejects.toMatchObject(forbidden);
    await expect(publishing('finance', 'hr')).rejects.toMatchObject(forbidden);
    await expect(archiveAgent(context, { id: hr.agentId })).rejects.toMatchObject(forbidden);
    await expect(archiveAgent(context, { id: finance.agentId })).resolves.toBeDefined();
  });
});

describe('permissions for integrations with some labels', () => {
  const all = ['INTEGRATIONS_READ', 'INTEGRATIONS_MANAGE', 'INTEGRATIONS_INVOKE'];
  const acts: readonly (readonly [
    string,
    (context: VerbContext, id: string) => Promise<unknown>,
  ])[] = [
    ['updated', (context, id) => updateIntegration(context, { id, config: http })],
    ['deleted', (context, id) => deleteIntegration(context, { id })],
    ['tested', (context, id) => testIntegration(context, { id })],
    ['asked what they offer', (context, id) => discoverIntegration(context, { id })],
    ['labelled', (context, id) => labelIntegration(context, { id, labels: [] })],
    [
      'given a credential',
      (context, integrationId) =>
        setCredential(context, { integrationId, credential: { type: 'bearer', token: 't' } }),
    ],
    [
      'invoked',
      (context, integrationId) => invokeIntegration(context, { integrationId, operation: 'echo' }),
    ],
  ];

  it('show those alone', async () => {
    const { admin, hr } = await twoTeams();
    const { context } = await holderOf(admin, all, [only('INTEGRATIONS_READ', 'finance')]);
    const { nodes } = await listIntegrations(context, { first: 10 });
    expect(nodes.map(({ name }) => name)).toEqual(['finance']);
    expect(await getIntegration(context, { id: hr.integrationId })).toBeNull();
    expect(await getIntegration(context, { name: 'hr' })).toBeNull();
  });

  it.each(acts)('leave others from being %s', async (_, act) => {
    const { admin, hr } = await twoTeams();
    const conditions = [
      only('INTEGRATIONS_MANAGE', 'finance'),
      only('INTEGRATIONS_INVOKE', 'finance'),
    ];
    const seeing = await holderOf(admin, all, conditions);
    await expect(act(seeing.context, hr.integrationId)).rejects.toMatchObject(forbidden);
    const blind = await holderOf(admin, all, [...conditions, only('INTEGRATIONS_READ', 'finance')]);
    await expect(act(blind.context, hr.integrationId)).rejects.toMatchObject(notFound);
  });

  it('make and label those alone', async () => {
    const { admin, finance } = await twoTeams();
    const { context } = await holderOf(admin, all, [only('INTEGRATIONS_MANAGE', 'finance')]);
    const made = (name: string, value: string) =>
      createIntegration(context, {
        ...{ name, kind: 'http', config: http },
        labels: [{ name: 'team', value }],
      });
    await expect(made('one', 'hr')).rejects.toMatchObject(forbidden);
    await expect(made('one', 'finance')).resolves.toMatchObject({ labels: { team: 'finance' } });
    const id = finance.integrationId;
    const relabel = (value: string) =>
      labelIntegration(context, { id, labels: [{ name: 'team', value }] });
    await expect(relabel('hr')).rejects.toMatchObject(forbidden);
    await expect(relabel('finance')).resolves.toMatchObject({ labels: { team: 'finance' } });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'integration.label', targetId: id });
  });
});

describe('conditions of a role', () => {
  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['no alternative', '{"JOBS_READ": []}'],
    ['an alternative without labels', '{"JOBS_READ": [{}]}'],
    ['no values', '{"JOBS_READ": [{"team": []}]}'],
    ['a value that is no text', '{"JOBS_READ": [{"team": [1]}]}'],
    ['a permission that there is none of', '{"JOBS_EAT": [{"team": ["x"]}]}'],
    ['a permission that nothing limits', '{"ACCESS_MANAGE": [{"team": ["x"]}]}'],
  ])('let nobody do anything while they are %s', async (_, poison) => {
    const { admin } = await twoTeams();
    const { roleId, keyId } = await holderOf(admin, ['JOBS_READ', 'AUDIT_READ']);
    await test.database.pool.query(
      'update access.custom_role set conditions = $1::jsonb where id = $2',
      [poison, roleId],
    );
    const { rows } = await test.database.pool.query<{ publicId: string }>(
      'select public_id as "publicId" from access.api_key where id = $1',
      [keyId],
    );
    const row = await findKey(test.database, { kind: 'key', publicId: rows[0]?.publicId ?? '' });
    expect(row?.actor.permissions).toEqual([]);
  });

  it.each([
    ['a permission without labels', only('AUDIT_READ', 'x')],
    ['a permission that the role lacks', only('JOBS_SUBMIT', 'x')],
    ['no values', only('JOBS_READ')],
    ['no labels', { permission: 'JOBS_READ', labels: [] }],
    [
      'more than is carried',
      {
        permission: 'JOBS_READ',
        labels: ['a', 'b'].map((name) => ({
          name,
          values: Array.from({ length: 20 }, (_, n) => String(n).padEnd(63, 'x')),
        })),
      },
    ],
    ['a broken name', { permission: 'JOBS_READ', labels: [{ name: '__proto__', values: ['x'] }] }],
  ])('are refused for %s', async (_, condition) => {
    const admin = await contextOfNewTenant(services);
    const role = { name: 'R', permissions: ['JOBS_READ', 'AUDIT_READ'], conditions: [condition] };
    await expect(createRole(admin, role)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are given on as they are or narrower, and never wider', async () => {
    const { admin } = await twoTeams();
    const permissions = ['ACCESS_MANAGE', 'JOBS_READ'];
    const condition = only('JOBS_READ', 'finance', 'hr');
    const { context } = await holderOf(admin, permissions, [condition]);
    let n = 0;
    const make = (...conditions: object[]) =>
      createRole(context, {
        name: `Own ${String((n += 1))}`,
        permissions: ['JOBS_READ'],
        conditions,
      });
    await expect(make(condition)).resolves.toBeDefined();
    await expect(make(only('JOBS_READ', 'hr'))).resolves.toBeDefined();
    await expect(make()).rejects.toMatchObject(forbidden);
    await expect(make(only('JOBS_READ', 'hr', 'sales'))).rejects.toMatchObject(forbidden);
    await expect(make(only('JOBS_READ', 'hr'), only('JOBS_READ', 'x'))).rejects.toMatchObject(
      forbidden,
    );
    const key = { name: 'k', permissions: ['JOBS_READ'] };
    await expect(createApiKey(context, key)).rejects.toMatchObject(forbidden);
    const own = await make(condition);
    const widened = { id: own.id, permissions: ['JOBS_READ'], conditions: [] };
    await expect(updateRole(context, widened)).rejects.toMatchObject(forbidden);
    await expect(updateRole(admin, widened)).resolves.toMatchObject({ conditions: {} });
  });

  it('stay when a role is changed by who says nothing of them', async () => {
    const admin = await contextOfNewTenant(services);
    const conditions = [only('JOBS_READ', 'finance')];
    const { id } = await createRole(admin, { name: 'R', permissions: ['JOBS_READ'], conditions });
    const changed = await updateRole(admin, { id, permissions: ['JOBS_READ', 'AUDIT_READ'] });
    expect(changed.conditions).toEqual({ JOBS_READ: [{ team: ['finance'] }] });
    const less = await updateRole(admin, { id, permissions: ['AUDIT_READ'] });
    expect(less.conditions).toEqual({});
  });

  it('say nothing to another tenant', async () => {
    const { admin, finance } = await twoTeams();
    const stranger = await twoTeams();
    const { context } = await holderOf(
      stranger.admin,
      ['JOBS_READ'],
      [only('JOBS_READ', 'finance')],
    );
    expect(await findJob(context, finance.jobId)).toBeNull();
    expect(await findJob(as(admin, admin.actor), finance.jobId)).not.toBeNull();
  });
});

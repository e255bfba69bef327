import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rolePermissions } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import type { Approval } from '../../prisma/_generated/client.ts';
import { approvalEvents } from '../../queue/approval-events.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let context: VerbContext;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  context = await contextOfNewTenant(stack.use(openTestServices(test.database)));
  stack.use(startTestWorker(test.database, () => Promise.reject(new Error('nothing is called'))));
}, 120_000);

afterAll(() => stack.disposeAsync());

function source(name: string, args: string): string {
  return `document: {dsl: 1.0.3, namespace: tests, name: ${name}, version: 1.0.0}
do:
  - ask: { call: approval, with: { title: Pay?, ${args} } }
`;
}

/** An approval that a job waits for. */
async function asked(name: string, args: string): Promise<Approval> {
  await publishAgent(context, { definition: source(name, args) });
  const { jobId } = await submitJob(context, { agent: name, input: {} });
  return await until('somebody is asked', () => approvalOf(jobId));
}

async function approvalOf(jobId: string): Promise<Approval | undefined> {
  const { edges } = await listApprovals(context, { first: 100 });
  return edges.map(({ node }) => node).find((each) => each.jobId === jobId);
}

/** As if it had been due a second ago. */
async function becomesDue(id: string, column: 'remind_at' | 'escalate_at'): Promise<void> {
  const due = `update jobs.approval set ${column} = now() - interval '1 s' where id = $1`;
  await test.database.pool.query(due, [id]);
}

/** Events about the approval after it was asked for. */
async function eventsOf(jobId: string) {
  const { rows } = await test.database.pool.query<{
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }>(
    `select type, data from jobs.event
     where job_id = $1 and type like '%.approval.%' and type <> $2 order by seq`,
    [jobId, approvalEvents.requested],
  );
  return rows;
}

async function untilTold(jobId: string, count: number) {
  return await until(`${String(count)} events`, async () => {
    const events = await eventsOf(jobId);
    return events.length >= count && events;
  });
}

describe('those who are asked', () => {
  it('are reminded each time so long has passed, until somebody has decided', async () => {
    const { id, jobId, remindAt } = await asked('remind', 'remind: PT1H');
    expect(remindAt?.getTime()).toBeGreaterThan(Date.now());
    await becomesDue(id, 'remind_at');
    const [reminder] = await untilTold(jobId, 1);
    expect(reminder).toMatchObject({ type: approvalEvents.reminded, data: { approvalId: id } });
    const again = await approvalOf(jobId);
    expect(again?.remindAt?.getTime()).toBeGreaterThan(Date.now());
    await becomesDue(id, 'remind_at');
    await untilTold(jobId, 2);
    await decideApproval(context, { id, approve: true });
    await becomesDue(id, 'remind_at');
    expect(await context.queue.chaseApprovals(100)).toBe(0);
  });

  it('are reminded once, however many workers look', async () => {
    const { id, jobId } = await asked('once', 'remind: {hours: 1}');
    await becomesDue(id, 'remind_at');
    await Promise.all(Array.from({ length: 8 }, () => context.queue.chaseApprovals(100)));
    await untilTold(jobId, 1);
    expect(await eventsOf(jobId)).toHaveLength(1);
  });

  it('are left alone about what nobody can decide any more, and of tenants that are suspended', async () => {
    const { id, jobId } = await asked('over', 'remind: PT1H, timeout: P1D');
    const { pool } = test.database;
    const suspend = 'update access.tenant set suspended_at = $2 where id = $1';
    await pool.query(suspend, [context.actor.tenantId, new Date()]);
    await becomesDue(id, 'remind_at');
    expect(await context.queue.chaseApprovals(100)).toBe(0);
    await pool.query(suspend, [context.actor.tenantId, null]);
    await pool.query(`update jobs.approval set expires_at = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    expect(await context.queue.chaseApprovals(100)).toBe(0);
    expect(await eventsOf(jobId)).toEqual([]);
  });

  it('get their whole time again when the job is redriven', async () => {
    const args =
      'approvers: [ADMIN], remind: PT1H, escalate: { after: PT2H, approvers: [APPROVER] }';
    const { id, jobId } = await asked('again', args);
    await cancelJob(context, { id: jobId });
    await becomesDue(id, 'remind_at');
    await becomesDue(id, 'escalate_at');
    await test.database.pool.query(
      `update jobs.approval set created_at = escalate_at - interval '2 h' where id = $1`,
      [id],
    );
    await redriveJob(context, { id: jobId });
    const open = await until('it is open again', async () => {
      const found = await approvalOf(jobId);
      return found?.state === 'PENDING' && found;
    });
    expect(open.remindAt?.getTime()).toBeGreaterThan(Date.now());
    expect(open.escalateAt?.getTime()).toBeGreaterThan(Date.now());
    expect(open.approvers).toEqual(['ADMIN']);
  });

  it('are joined by others when they do not answer, who may decide then and not before', async () => {
    const boss = contextFor(context, context.actor.tenantId, rolePermissions.APPROVER);
    const args = 'approvers: [ADMIN], escalate: { after: PT2H, approvers: [APPROVER] }';
    const { id, jobId, escalateTo, escalateAt } = await asked('escalate', args);
    expect(escalateTo).toEqual(['APPROVER']);
    expect(escalateAt?.getTime()).toBeGreaterThan(Date.now());
    await expect(decideApproval(boss, { id, approve: true })).rejects.toThrow(
      'names other approvers',
    );
    await becomesDue(id, 'escalate_at');
    const [event] = await untilTold(jobId, 1);
    expect(event?.type).toBe(approvalEvents.escalated);
    const joined = await approvalOf(jobId);
    expect(joined?.approvers.toSorted()).toEqual(['ADMIN', 'APPROVER']);
    expect(joined?.escalateAt).toBeNull();
    expect((await decideApproval(boss, { id, approve: true })).state).toBe('APPROVED');
  });
});

describe('a definition is told', () => {
  it.each([
    [
      'of a role that nobody else could join',
      'role: ADMIN, escalate: { after: PT1H, approvers: [APPROVER] }',
      'approval/escalate',
    ],
    [
      'of an escalation from everybody',
      'escalate: { after: PT1H, approvers: [APPROVER] }',
      'approval/escalate',
    ],
    ['of reminders that never stop', 'remind: PT30S', 'approval/remind'],
    ['of what is no duration', 'remind: often', 'structure/form'],
    ['of an escalation to nobody', 'escalate: { after: PT1H }', 'structure/missing-property'],
  ])('%s', async (_, args, id) => {
    const { findings } = await validateDefinition(context, source('told', args));
    expect(findings.map((each) => each.id)).toContain(id);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { loadCanUndo } from '../../core/jobs/load-undoable.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { undoDecision } from '../../core/jobs/undo-decision.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import type { Approval } from '../../prisma/_generated/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let context: VerbContext;
let colleague: VerbContext;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  context = await contextOfNewTenant(stack.use(openTestServices(test.database)));
  colleague = contextFor(context, context.actor.tenantId);
  stack.use(startTestWorker(test.database, () => Promise.reject(new Error('nothing is called'))));
}, 120_000);

afterAll(() => stack.disposeAsync());

function source(name: string, args: string): string {
  return `document: {dsl: 1.0.3, namespace: tests, name: ${name}, version: 1.0.0}
do:
  - ask: { call: approval, with: { title: Pay?, ${args} } }
  - tell: { set: { decision: '\${ .decision }', comment: '\${ .comment }' } }
`;
}

async function asked(name: string, args: string): Promise<Approval> {
  await publishAgent(context, { definition: source(name, args) });
  const { jobId } = await submitJob(context, { agent: name, input: {} });
  return await until('somebody is asked', () => approvalOf(jobId));
}

async function approvalOf(jobId: string, whose = context): Promise<Approval | undefined> {
  const { edges } = await listApprovals(whose, { first: 100 });
  return edges.map(({ node }) => node).find((each) => each.jobId === jobId);
}

async function isMine(id: string, whose: VerbContext): Promise<boolean> {
  const { edges } = await listApprovals(whose, { first: 100, mine: true });
  return edges.some(({ node }) => node.id === id);
}

/** As if the time for taking it back had ended a second ago. */
async function timeIsOver(id: string): Promise<void> {
  const over = `update jobs.approval set settles_at = now() - interval '1 s' where id = $1 and settles_at is not null`;
  await test.database.pool.query(over, [id]);
}

async function valueOf<Value>(text: string, id: string): Promise<Value | undefined> {
  const { rows } = await test.database.pool.query<{ readonly value: Value }>(text, [id]);
  return rows[0]?.value;
}

const stateOfJob = (id: string) =>
  valueOf<string>('select state::text as value from jobs.job where id = $1', id);

async function outputOf(jobId: string): Promise<unknown> {
  await until('the job has ended', async () => (await stateOfJob(jobId)) === 'SUCCEEDED');
  return valueOf('select output as value from jobs.job_io where job_id = $1', jobId);
}

async function eventsOf(jobId: string): Promise<readonly string[]> {
  const { rows } = await test.database.pool.query<{ readonly type: string }>(
    `select split_part(type, '.', 4) as type from jobs.event
     where job_id = $1 and type like '%.approval.%' order by seq`,
    [jobId],
  );
  return rows.map(({ type }) => type);
}

async function actionsOf(id: string): Promise<readonly string[]> {
  const { rows } = await test.database.pool.query<{ readonly action: string }>(
    `select action from audit.event where target_id = $1 and actor_kind <> 'system' order by id`,
    [id],
  );
  return rows.map(({ action }) => action);
}

describe('a decision that can be taken back', () => {
  it('is told to the job only when its time is over', async () => {
    const { id, jobId } = await asked('held', 'undo: PT1H');
    const held = await decideApproval(context, { id, approve: true, comment: 'fine' });
    expect(held).toMatchObject({ state: 'PENDING', comment: null });
    expect(held.settlesAt?.getTime()).toBeGreaterThan(Date.now());
    expect(await context.queue.settleDecisions(100)).toBe(0);
    expect(await stateOfJob(jobId)).toBe('WAITING');
    await timeIsOver(id);
    expect(await outputOf(jobId)).toEqual({ decision: 'approved', comment: 'fine' });
    expect(await approvalOf(jobId)).toMatchObject({
      state: 'APPROVED',
      comment: 'fine',
      decidedBy: context.actor.name,
    });
    expect(await eventsOf(jobId)).toEqual(['requested', 'held', 'decided']);
  });

  it('is open again for everybody when it was taken back, and the other answer counts', async () => {
    const { id, jobId } = await asked('back', 'undo: PT1H');
    await decideApproval(context, { id, approve: true });
    expect(await isMine(id, context)).toBe(true);
    expect(await isMine(id, colleague)).toBe(false);
    await expect(decideApproval(colleague, { id, approve: false })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const open = await undoDecision(context, { id });
    expect(open).toMatchObject({ state: 'PENDING', settlesAt: null });
    expect(await isMine(id, colleague)).toBe(true);
    await decideApproval(colleague, { id, approve: false });
    await timeIsOver(id);
    expect(await outputOf(jobId)).toEqual({ decision: 'rejected', comment: null });
    expect(await eventsOf(jobId)).toEqual(['requested', 'held', 'undone', 'held', 'decided']);
    expect(await actionsOf(id)).toEqual(['approval.decide', 'approval.undo', 'approval.decide']);
  });

  it('stays when its time is over, though no worker has told the job yet, and where none is given', async () => {
    const { id } = await asked('late', 'undo: PT1H');
    await decideApproval(context, { id, approve: true });
    const client = await test.database.pool.connect();
    // Whoever has the job's row has the word: the worker passes it by.
    await client.query('begin');
    await client.query(
      'select from jobs.job where id = (select job_id from jobs.approval where id = $1) for update',
      [id],
    );
    await client.query(
      `update jobs.approval set settles_at = now() - interval '1 s' where id = $1`,
      [id],
    );
    const undone = undoDecision(context, { id });
    await client.query('commit');
    client.release();
    await expect(undone).rejects.toMatchObject({ code: 'CONFLICT' });
    const { id: other } = await asked('at-once', 'undo: PT1H, timeout: PT1H');
    expect(await decideApproval(context, { id: other, approve: true })).toMatchObject({
      state: 'APPROVED',
    });
    await expect(undoDecision(context, { id: other })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('of many tries to take it back and to end its time, one wins', async () => {
    const { id, jobId } = await asked('race', 'undo: PT1H');
    await decideApproval(context, { id, approve: true });
    const soon = `update jobs.approval set settles_at = clock_timestamp() + interval '30 ms' where id = $1`;
    await test.database.pool.query(soon, [id]);
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, async (_, at) => {
        if (at % 2 === 0) return context.queue.settleDecisions(100);
        return undoDecision(context, { id });
      }),
    );
    const undone = tries.filter((each, at) => at % 2 === 1 && each.status === 'fulfilled').length;
    if (undone === 0) expect(await outputOf(jobId)).toMatchObject({ decision: 'approved' });
    else {
      expect(undone).toBe(1);
      expect(await approvalOf(jobId)).toMatchObject({ state: 'PENDING', settlesAt: null });
    }
    expect((await eventsOf(jobId)).filter((type) => type === 'undone')).toHaveLength(undone);
  });

  it('is taken back by who made it and by nobody else, each their own of a quorum', async () => {
    const { id, jobId } = await asked('own', 'undo: PT1H, quorum: 2');
    await decideApproval(context, { id, approve: true });
    await expect(undoDecision(colleague, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const stranger = await contextOfNewTenant(context);
    await expect(undoDecision(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const viewer = contextFor(context, context.actor.tenantId, ['JOBS_READ']);
    await expect(undoDecision(viewer, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await decideApproval(colleague, { id, approve: true });
    const rows = [await approvalOf(jobId)].filter((row) => row !== undefined);
    expect(await loadCanUndo(context, rows)).toEqual([true]);
    expect(await loadCanUndo(viewer, rows)).toEqual([false]);
    await undoDecision(context, { id });
    expect(await approvalOf(jobId)).toMatchObject({ settlesAt: null });
    await undoDecision(colleague, { id });
    expect(await isMine(id, context)).toBe(true);
  });

  it('ends with its job, and what nobody waits for does not hold up others', async () => {
    const { id, jobId } = await asked('gone', 'undo: PT1H');
    await decideApproval(context, { id, approve: true });
    await cancelJob(context, { id: jobId });
    await expect(undoDecision(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    const [odd, sound] = [await asked('odd', 'undo: PT1H'), await asked('sound', 'undo: PT1H')];
    await decideApproval(context, { id: odd.id, approve: true });
    await decideApproval(context, { id: sound.id, approve: true });
    await test.database.pool.query('delete from jobs.wait where job_id = $1', [odd.jobId]);
    await timeIsOver(odd.id);
    await timeIsOver(sound.id);
    expect(await outputOf(sound.jobId)).toMatchObject({ decision: 'approved' });
    const state = 'select state::text as value from jobs.approval where id = $1';
    await until('nobody waits', async () => (await valueOf(state, odd.id)) === 'WITHDRAWN');
  });

  it('has a time that the linter and the run judge alike', async () => {
    const faults = async (undo: string) => {
      const definition = source('windows', `undo: ${undo}`);
      const { findings } = await validateDefinition(context, definition);
      return findings.map(({ id, path }) => [id, path]);
    };
    expect(await faults('PT30S')).toEqual([]);
    expect(await faults('P2D')).toEqual([['approval/undo', '/do/0/ask/with/undo']]);
    expect(await faults('PT0S')).toEqual([['approval/undo', '/do/0/ask/with/undo']]);
    await publishAgent(context, { definition: source('by-input', `undo: '\${ .undo }'`) });
    const { jobId } = await submitJob(context, { agent: 'by-input', input: { undo: 'P2D' } });
    await until('it fails', async () => (await stateOfJob(jobId)) === 'FAILED');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { getRedrivePlan } from '../../core/jobs/redrive-plan.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import type { EffectContext } from '../../engine/host.ts';
import { workflowError } from '../../engine/problem.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createWorker } from '../../worker/worker.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { redriveCorpus, type CorpusMember } from '../support/redrive-corpus.ts';
import { until } from '../support/until.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { testThreads } from '../support/worker.ts';

/** A tenant with one member of the corpus published, and the outside of its jobs. */
interface Stage {
  readonly context: VerbContext;
  readonly member: CorpusMember;
  /** Effects, told by who is at work and the journal key, that fail for now. */
  readonly broken: Set<string>;
  /** The calls since the last look. */
  readonly calls: string[];
  sent: number;
}

const over = ['SUCCEEDED', 'FAILED', 'DEAD'];

/** A child is told by its workflow, as each has another id. */
const callOf = ({ key }: EffectContext, isChild: boolean) => (isChild ? `child:${key}` : key);

describe.each(databaseKinds)('a redrive on the %s database', { timeout: 300_000 }, (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  const stages = new Map<string, Stage>();
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    const { limits } = services;
    const worker = { concurrency: 16, leaseMs: 60_000, pollMs: 50, threads: testThreads };
    const running = createWorker({ ...services, perform, config: { worker, limits } });
    running.start();
    stack.use(running);
  }, 120_000);
  afterAll(async () => {
    await stack.disposeAsync();
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const perform: PerformCall = async (request, effect, { tenantId }) => {
    const stage = stages.get(tenantId);
    if (stage === undefined) throw new Error('a job of nobody');
    const isChild = request.with['operation'] === 'inner';
    const call = callOf(effect, isChild);
    stage.calls.push(call);
    if (stage.broken.has(call))
      throw workflowError('communication', `${call} is down`, { status: 599 });
    return request.with['operation'] === 'late'
      ? { is: 'late' }
      : ((await stage.member.script.call?.(request, effect)) ?? null);
  };

  async function setStage(member: CorpusMember, broken: readonly string[]): Promise<Stage> {
    const context = await contextOfNewTenant(services);
    const stage = { context, member, broken: new Set(broken), calls: [], sent: 0 };
    stages.set(context.actor.tenantId, stage);
    for (const child of member.children) await publishAgent(context, { definition: child });
    return stage;
  }

  async function submitted({ context, member: { text, input } }: Stage): Promise<string> {
    const { agent } = await publishAgent(context, { definition: text });
    return (await submitJob(context, { agent: agent.name, input })).jobId;
  }

  /** Decides and sends what the jobs of a tenant wait for, until this one is over. */
  async function ended(stage: Stage, id: string) {
    return await until(`job ${id} is over`, async () => {
      const row = await jobState(test.database.pool, id);
      if (over.includes(row.state)) return row;
      if (row.state === 'WAITING') await goOn(stage, id);
      return undefined;
    });
  }

  async function goOn(stage: Stage, id: string): Promise<void> {
    const { pool } = test.database;
    const { rows } = await pool.query<{ id: string }>(
      `select id from jobs.approval where job_id = $1 and state = 'PENDING'`,
      [id],
    );
    for (const approval of rows)
      await decideApproval(stage.context, { id: approval.id, approve: true });
    const { rowCount } = await pool.query(
      `select from jobs.wait where job_id = $1 and kind = 'event' and answer is null`,
      [id],
    );
    const { events = [] } = stage.member.script;
    const event = events[stage.sent];
    if (rowCount === 0 || event === undefined) return;
    stage.sent += 1;
    const { source, type, data = null } = event;
    await sendEvent(stage.context, { id: `e-${String(stage.sent)}`, source, type, data });
  }

  /** Redrives, and insists that nothing which the plan keeps is asked for again. */
  async function redriven(stage: Stage, id: string) {
    const { plan } = await getRedrivePlan(stage.context, { id });
    stage.calls.length = 0;
    await redriveJob(stage.context, { id });
    const row = await ended(stage, id);
    const kept = new Set(plan.kept.map(({ key }) => key));
    expect(stage.calls.filter((call) => kept.has(call))).toEqual([]);
    return row;
  }

  it.each(Object.keys(redriveCorpus))(
    'ends %s as a run without failures, whichever effects had failed',
    async (name) => {
      const member = redriveCorpus[name];
      if (member === undefined) throw new Error(`no ${name}`);
      const clean = await setStage(member, []);
      const { state, output } = await ended(clean, await submitted(clean));
      expect(state).toBe('SUCCEEDED');
      const calls = [...new Set(clean.calls)];
      const last = calls.at(-1) ?? '';
      await Promise.all(
        calls.map(async (call) => {
          const stage = await setStage(member, [call, last]);
          const id = await submitted(stage);
          if ((await ended(stage, id)).state === 'SUCCEEDED') return;
          expect((await redriven(stage, id)).state, call).toBe('FAILED');
          stage.broken.delete(call);
          if (call !== last) expect((await redriven(stage, id)).state, call).toBe('FAILED');
          stage.broken.clear();
          expect(await redriven(stage, id), call).toMatchObject({ state: 'SUCCEEDED', output });
        }),
      );
    },
  );
});

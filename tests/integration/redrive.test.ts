import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { openDocuments } from '../../core/documents/documents.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { loadJobAttempts } from '../../core/jobs/load-job-attempts.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { getRedrivePlan } from '../../core/jobs/redrive-plan.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { workflowError } from '../../engine/problem.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { createQueue } from '../../queue/create-queue.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createWorker } from '../../worker/worker.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { endLease, jobEvents, jobState } from '../support/jobs.ts';
import { onlyPage } from '../support/only-page.ts';
import { until } from '../support/until.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';
import { testThreads } from '../support/worker.ts';

const head = (name: string): string =>
  `document: {dsl: '1.0.3', namespace: tests, name: ${name}, version: '1.0.0'}\n`;

const inline = (name: string): string =>
  `{${name}: {call: integration, with: {integration: i, operation: ${name}}}}`;

const call = (name: string): string => `  - ${inline(name).slice(1, -1)}\n`;

/** The outside: what it was asked, by operation and key, and which operations fail for now. */
function outside() {
  const asked: { readonly operation: string; readonly key: string }[] = [];
  const failing = new Set<string>();
  const perform: PerformCall = ({ with: given }, effect) => {
    const operation = typeof given['operation'] === 'string' ? given['operation'] : '';
    asked.push({ operation, key: effect.idempotencyKey.replace(/^[^:]*:/, '') });
    return failing.has(operation)
      ? Promise.reject(workflowError('communication', `${operation} is down`, { status: 503 }))
      : Promise.resolve({ did: operation });
  };
  return {
    failing,
    perform,
    /** What was asked since the last look. */
    news: () => asked.splice(0).map(({ operation }) => operation),
    keys: () => asked.map(({ key }) => key),
  };
}

const giveUp = '{giveUp: {raise: {error: {type: https://example.com/undone, status: 502}}}}';
const retry = 'retry: {delay: {milliseconds: 1}, limit: {attempt: {count: 2}}}';

/** A definition, what fails in it, what its redrive asks for, and what that keeps from being asked again. */
const shapes: Readonly<
  Record<
    string,
    { readonly tasks: string; readonly fail: readonly string[]; readonly again: readonly string[] }
  >
> = {
  'a plain effect after another': {
    tasks: `do:\n${call('one')}${call('two')}`,
    fail: ['two'],
    again: ['two'],
  },
  'a branch of a fork': {
    tasks: `do:\n  - all: {fork: {branches: [${inline('left')}, ${inline('right')}]}}\n`,
    fail: ['right'],
    again: ['right'],
  },
  'a compensated saga': {
    tasks: `do:\n${call('one')}  - work: {try: [${inline('reserve')}, ${inline('charge')}], catch: {do: [${inline('undo')}, ${giveUp}]}}\n`,
    fail: ['charge'],
    again: ['reserve', 'charge'],
  },
  'a task after a fallback': {
    tasks: `do:\n  - work: {try: [${inline('risky')}], catch: {do: [${inline('fallback')}]}}\n${call('late')}`,
    fail: ['risky', 'late'],
    again: ['late'],
  },
  'a task whose retries are used up': {
    tasks: `do:\n${call('one')}  - work: {try: [${inline('risky')}], catch: {${retry}}}\n`,
    fail: ['risky'],
    again: ['risky'],
  },
  'a compensation that failed itself': {
    tasks: `do:\n  - work: {try: [${inline('charge')}], catch: {do: [${inline('undo')}, ${inline('tell')}]}}\n`,
    fail: ['charge', 'tell'],
    again: ['tell'],
  },
};

describe.each(databaseKinds)('redriveJob on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let workers = new AsyncDisposableStack();
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  }, 120_000);
  afterEach(async () => {
    await workers.disposeAsync();
    workers = new AsyncDisposableStack();
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  function startWorker(perform: PerformCall) {
    const worker = createWorker({
      ...services,
      perform,
      config: {
        worker: { concurrency: 8, leaseMs: 30_000, pollMs: 50, threads: testThreads },
        limits: services.limits,
      },
    });
    worker.start();
    workers.use(worker);
  }

  async function submitted(context: VerbContext, tasks: string, input = {}): Promise<string> {
    await publishAgent(context, { definition: head('mended') + tasks });
    return (await submitJob(context, { agent: 'mended', input })).jobId;
  }

  const reached = (jobId: string, ...states: string[]) =>
    until(`job is ${states.join(' or ')}`, async () => {
      const row = await jobState(test.database.pool, jobId);
      return states.includes(row.state) && row;
    });

  const ended = (jobId: string) => reached(jobId, 'SUCCEEDED', 'FAILED', 'DEAD');

  it.each(Object.keys(shapes))('mends %s, twice in a row', async (name) => {
    const { tasks, fail, again } = shapes[name] ?? { tasks: '', fail: [], again: [] };
    const context = await contextOfNewTenant(services);
    const peer = outside();
    for (const operation of fail) peer.failing.add(operation);
    startWorker(peer.perform);
    const id = await submitted(context, tasks);
    expect((await ended(id)).state).toBe('FAILED');
    peer.news();

    const last = fail.at(-1) ?? '';
    await redriveJob(context, { id });
    expect((await ended(id)).state).toBe('FAILED');
    expect(peer.news().filter((operation) => !again.includes(operation))).toEqual(
      name === 'a compensated saga' ? ['undo'] : [],
    );

    peer.failing.delete(last);
    const plan = await getRedrivePlan(context, { id });
    await redriveJob(context, { id });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    const done = peer.news();
    expect(done).toEqual(again);
    expect(plan.plan.again.length).toBeGreaterThanOrEqual(done.length);

    const events = await jobEvents(test.database.pool, id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.type).toBe('io.serverlessworkflow.workflow.completed.v1');
    const steps = await onlyPage(listJobSteps(context, [{ jobId: id, first: 100 }]));
    expect(steps.nodes.filter(({ state }) => state === 'RUNNING')).toEqual([]);
  });

  it('ends a mixed definition as a run without the failure, whichever call failed', async () => {
    const context = await contextOfNewTenant(services);
    let broken = true;
    const done: string[] = [];
    startWorker(({ with: given }, effect, { jobId }) => {
      const { operation, arguments: at } = given;
      const key = effect.idempotencyKey.replace(/^[^:]*:/, '');
      const target = isJsonObject(at) ? at['fail'] : undefined;
      if (broken && key === target)
        return Promise.reject(workflowError('communication', 'down', { status: 599 }));
      done.push(`${jobId} ${key}`);
      return Promise.resolve({ zebra: operation ?? null, a: 1 });
    });
    const work = (name: string) =>
      `{${name}: {call: integration, with: {integration: i, operation: ${name}, arguments: {fail: '\${ $workflow.input.fail }'}}}}`;
    await publishAgent(context, {
      definition: `${head('mixed')}do:
  - each:
      for: {in: '\${ [1, 2] }'}
      do:
        - both:
            fork:
              branches:
                - ${work('left').slice(1, -1)}
                - right: {try: [${work('risky')}, {rest: {wait: {milliseconds: 1}}}], catch: {errors: {with: {status: 404}}, do: [${work('undo')}]}}
        - ${work('sum').slice(1, -1)}
  - form: {set: '\${ {last: tojson} }'}
`,
    });
    const run = async (fail: string) =>
      (await submitJob(context, { agent: 'mixed', input: { fail } })).jobId;
    const clean = await run('');
    const { output } = await ended(clean);
    const keys = done
      .filter((line) => line.startsWith(clean))
      .map((line) => line.split(' ')[1] ?? '');
    expect(keys).toHaveLength(6);
    const jobs = await Promise.all(keys.map(run));
    for (const id of jobs) expect((await ended(id)).state).toBe('FAILED');
    broken = false;
    for (const id of jobs) await redriveJob(context, { id });
    for (const id of jobs) expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED', output });
    // A branch that was under way when the one beside it failed has no result: it is asked again under its key.
    const alone = done.filter((line) => line.includes('sum'));
    expect(new Set(alone).size).toBe(alone.length);
  });

  it('keeps the errors of all attempts where one can see them', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(context, `do:\n${call('one')}${call('two')}`);
    await ended(id);
    await redriveJob(context, { id });
    await ended(id);
    const log = (await loadJobAttempts(context, [id])).get(id) ?? [];
    const why = { status: 503, detail: 'two is down' };
    expect(log).toMatchObject([
      { kind: 'FAILED', error: why },
      { kind: 'REDRIVEN', error: why },
      { kind: 'FAILED', error: why },
    ]);
  });

  it('begins from the start with another input, checked as at submission', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `input: {schema: {document: {type: object, required: [z]}}}\ndo:\n${call('one')}${call('two')}  - back: {set: {form: '\${ $workflow.input | tojson }'}}\n`,
      { z: 1, a: 2 },
    );
    await ended(id);
    const start = { id, from: 'START' };
    await expect(redriveJob(context, { ...start, input: { a: 1 } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(redriveJob(context, { id, input: { z: 1 } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'input.input',
    });
    peer.failing.clear();
    peer.news();
    await redriveJob(context, { ...start, input: { z: 3, b: 4 } });
    expect(await ended(id)).toMatchObject({
      state: 'SUCCEEDED',
      output: { form: '{"z":3,"b":4}' },
    });
    expect(peer.keys()).toEqual(['/do/0/one~1', '/do/1/two~1']);
    const events = await jobEvents(test.database.pool, id);
    expect(events.filter(({ type }) => type.endsWith('workflow.started.v1'))).toHaveLength(2);
  });

  it('begins at a task by its name, and refuses one that is not there', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('three');
    startWorker(peer.perform);
    const id = await submitted(context, `do:\n${call('one')}${call('two')}${call('three')}`);
    await ended(id);
    peer.failing.clear();
    peer.news();
    const from = 'TASK';
    await expect(redriveJob(context, { id, from, task: 'four' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'input.task',
    });
    const { plan } = await getRedrivePlan(context, { id, from, task: 'two' });
    expect(plan.again.map(({ task }) => task)).toEqual(['/do/1/two', '/do/2/three']);
    await redriveJob(context, { id, from, task: 'two' });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    expect(peer.news()).toEqual(['two', 'three']);
  });

  it('reopens the approval that a failure beside it withdrew, and asks a decided one anew', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('right');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `do:
  - first: {call: approval, with: {title: First}}
  - all:
      fork:
        branches:
          - left: {call: approval, with: {title: Left, timeout: P1D}}
          - right: {do: [{rest: {wait: {milliseconds: 1200}}}, ${inline('right')}]}
`,
    );
    const approvals = async () => {
      const { rows } = await test.database.pool.query<{ id: string; title: string; state: string }>(
        `select id, title, state::text from jobs.approval where job_id = $1 order by id`,
        [id],
      );
      return rows;
    };
    const pending = (title: string) =>
      until(`${title} is asked for`, async () =>
        (await approvals()).find((row) => row.title === title && row.state === 'PENDING'),
      );
    const before = await pending('First');
    await decideApproval(context, { id: before.id, approve: true });
    const left = await pending('Left');
    await ended(id);
    expect((await approvals()).map(({ state }) => state)).toEqual(['APPROVED', 'WITHDRAWN']);
    peer.failing.clear();

    await redriveJob(context, { id });
    expect((await pending('Left')).id).toBe(left.id);
    await reached(id, 'WAITING');
    await decideApproval(context, { id: left.id, approve: true });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    expect((await approvals()).map(({ state }) => state)).toEqual(['APPROVED', 'APPROVED']);
  });

  it('asks for a decision again when everything begins again', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `do:\n  - ask: {call: approval, with: {title: Well}}\n${call('two')}`,
    );
    const pending = () =>
      until('an approval is asked for', async () => {
        const { rows } = await test.database.pool.query<{ id: string }>(
          `select id from jobs.approval where job_id = $1 and state = 'PENDING'`,
          [id],
        );
        return rows[0]?.id;
      });
    const first = await pending();
    await decideApproval(context, { id: first, approve: true });
    await ended(id);
    peer.failing.clear();
    await redriveJob(context, { id, from: 'START' });
    const second = await pending();
    expect(second).not.toBe(first);
    await decideApproval(context, { id: second, approve: true });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    const asked = (await jobEvents(test.database.pool, id)).filter(
      ({ type }) => type === 'dev.operandi.approval.requested.v1',
    );
    expect(asked).toHaveLength(2);
  });

  it('gives an event that was received to its listener again', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `do:\n  - hear: {listen: {to: {one: {with: {type: paid.v1}}}}, export: {as: '\${ .[0] | tojson }'}}\n${call('two')}  - back: {set: '\${ $context }'}\n`,
    );
    await reached(id, 'WAITING');
    await sendEvent(context, {
      id: 'e-1',
      source: '/tests',
      type: 'paid.v1',
      data: { zebra: 1, a: 2 },
    });
    await ended(id);
    peer.failing.clear();
    await redriveJob(context, { id, from: 'START' });
    expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED', output: '{"zebra":1,"a":2}' });
  });

  it('gives it again also when a job that was cancelled begins from the start', async () => {
    const context = await contextOfNewTenant(services);
    startWorker(outside().perform);
    const id = await submitted(
      context,
      `do:\n  - hear: {listen: {to: {one: {with: {type: paid.v1}}}}}\n  - ask: {call: approval, with: {title: Well}}\n`,
    );
    await reached(id, 'WAITING');
    await sendEvent(context, { id: 'e-1', source: '/tests', type: 'paid.v1', data: 1 });
    const pending = () =>
      until('an approval is asked for', async () => {
        const { rows } = await test.database.pool.query<{ id: string }>(
          `select id from jobs.approval where job_id = $1 and state = 'PENDING'`,
          [id],
        );
        return rows[0]?.id;
      });
    await pending();
    await cancelJob(context, { id });
    await reached(id, 'CANCELLED');
    await redriveJob(context, { id, from: 'START' });
    await decideApproval(context, { id: await pending(), approve: true });
    expect((await ended(id)).state).toBe('SUCCEEDED');
  });

  it('refuses a journal that is too costly to play, and begins from the start all the same', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `do:\n  - each: {for: {in: '\${ [range(200)] }'}, do: [{much: {set: {sum: '\${ reduce range(10000) as $i (0; . + $i) }'}}}]}\n${call('two')}`,
    );
    await ended(id);
    expect(peer.news()).toEqual(['two']);
    peer.failing.clear();
    await using documents = openDocuments({
      ...{ threads: 1, maxMemoryMb: 256, deadlineMs: 60_000, redriveDeadlineMs: 10 },
    });
    const hasty = { ...context, documents };
    await expect(redriveJob(hasty, { id })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('redrive it from START') as string,
    });
    await redriveJob(hasty, { id, from: 'START' });
    expect((await ended(id)).state).toBe('SUCCEEDED');
  });

  it('starts another child for one that failed, and lets one that was cancelled go on', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    startWorker(peer.perform);
    await publishAgent(context, {
      definition: `${head('child')}do:\n${call('inner')}  - rest: {call: approval, with: {title: Go}}\n`,
    });
    const children = async (parent: string) => {
      const { rows } = await test.database.pool.query<{ id: string; state: string }>(
        'select id, state::text from jobs.job where parent_id = $1 order by id',
        [parent],
      );
      return rows;
    };
    const run = `do:\n  - sub: {run: {workflow: {namespace: tests, name: child, version: latest}}}\n`;
    peer.failing.add('inner');
    const id = await submitted(context, run);
    expect((await ended(id)).state).toBe('FAILED');
    peer.failing.clear();
    await redriveJob(context, { id });
    const second = await until('the second child waits', async () =>
      (await children(id)).find(({ state }) => state === 'WAITING'),
    );
    expect(await children(id)).toHaveLength(2);

    await cancelJob(context, { id });
    await redriveJob(context, { id });
    await until('the same child waits again', async () =>
      (await children(id)).some((row) => row.id === second.id && row.state === 'WAITING'),
    );
    const { rows } = await test.database.pool.query<{ id: string }>(
      `select id from jobs.approval where job_id = $1 and state = 'PENDING'`,
      [second.id],
    );
    await decideApproval(context, { id: rows[0]?.id, approve: true });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    expect(await children(id)).toHaveLength(2);
  });

  it('tells by the error of a dead job what its attempts were lost by first', async () => {
    const context = await contextOfNewTenant(services);
    const id = await submitted(context, `do:\n${call('one')}`);
    const { pool } = test.database;
    await pool.query('update jobs.job set max_attempts = 2 where id = $1', [id]);
    await using queue = createQueue({ pool, doorbell: services.doorbell });
    const take = async (owner: string, isQuarantine: boolean) => {
      const [held] = await queue.claim({ owner, limit: 1, leaseMs: 60_000, isQuarantine });
      if (held === undefined) throw new Error('the job is not ready');
      return held;
    };
    const real = { type: 'https://example.com/real', title: 'Real' };
    await queue.failAttempt(await take('quarantine-1', false), real);
    await take('quarantine-2', true);
    await endLease(pool, id);
    await queue.reap(10);
    const dead = await reached(id, 'DEAD');
    expect(dead.error).toMatchObject({ title: 'Real' });
    const log = (await loadJobAttempts(context, [id])).get(id) ?? [];
    expect(log).toMatchObject([
      { kind: 'LOST', error: { title: 'Real' } },
      { kind: 'DEAD', error: { title: 'Lease lost' } },
    ]);
  });

  it('is done once when several ask for it, and only for an ended job of the tenant', async () => {
    const context = await contextOfNewTenant(services);
    const peer = outside();
    peer.failing.add('two');
    startWorker(peer.perform);
    const id = await submitted(
      context,
      `do:\n${call('one')}${call('two')}  - ask: {call: approval, with: {title: Well}}\n`,
    );
    await ended(id);
    const stranger = await contextOfNewTenant(services);
    const reader = contextFor(services, context.actor.tenantId, ['JOBS_READ']);
    for (const verb of [redriveJob, getRedrivePlan]) {
      await expect(verb(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(verb(reader, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    peer.failing.clear();
    peer.news();
    const asked = await Promise.allSettled([1, 2, 3].map(() => redriveJob(context, { id })));
    const refused = asked.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject(Array(2).fill({ reason: { code: 'CONFLICT' } }));
    await reached(id, 'WAITING');
    expect(peer.news()).toEqual(['two']);
    await expect(redriveJob(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('keeps a job that killed what ran it in quarantine', async () => {
    const context = await contextOfNewTenant(services);
    const id = await submitted(context, `do:\n${call('one')}`);
    const { pool } = test.database;
    await pool.query('update jobs.job set max_attempts = 1 where id = $1', [id]);
    await using queue = createQueue({ pool, doorbell: services.doorbell });
    const claim = (owner: string, isQuarantine: boolean) =>
      queue.claim({ owner, limit: 1, leaseMs: 60_000, isQuarantine });
    const [held] = await claim('quarantine-1', false);
    if (held === undefined) throw new Error('the job is not ready');
    await queue.failAttempt(held, { title: 'Killed' });
    await reached(id, 'DEAD');
    await redriveJob(context, { id });
    expect(await queue.hasQuarantined()).toBe(true);
    expect(await claim('among-others', false)).toEqual([]);
    expect(await claim('quarantine-2', true)).toMatchObject([{ jobId: id }]);
  });

  it('lets a deadline run anew, of a task and of the whole job', async () => {
    const context = await contextOfNewTenant(services);
    let isSlow = true;
    startWorker((_, { signal }) => {
      if (!isSlow) return Promise.resolve({ did: 'it' });
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
      return promise;
    });
    const deadline = 'timeout: {after: {milliseconds: 1000}}';
    const ofTask = await submitted(
      context,
      `do:\n  - work: {do: [${inline('one')}], ${deadline}}\n`,
    );
    const ofJob = await submitted(context, `${deadline}\ndo:\n${call('two')}`);
    for (const id of [ofTask, ofJob])
      expect(await ended(id)).toMatchObject({ state: 'FAILED', error: { status: 408 } });
    isSlow = false;
    for (const id of [ofTask, ofJob]) {
      await redriveJob(context, { id });
      expect((await ended(id)).state).toBe('SUCCEEDED');
    }
  });

  it('lets a dead job go on with all it had, under the keys it had', async () => {
    const context = await contextOfNewTenant(services);
    const id = await submitted(context, `do:\n${call('one')}${call('two')}`);
    await using queue = createQueue({ pool: test.database.pool, doorbell: services.doorbell });
    const [held] = await queue.claim({ owner: 'w', limit: 1, leaseMs: 60_000 });
    if (held === undefined) throw new Error('the job is not ready');
    const value = { at: Date.now(), ok: { did: 'one' } };
    await queue.checkpoint(held, { journal: [{ key: '/do/0/one', value }] });
    await test.database.pool.query('update jobs.job set max_attempts = 1 where id = $1', [id]);
    await queue.failAttempt(held, { title: 'Attempt failed' });
    await reached(id, 'DEAD');
    const peer = outside();
    startWorker(peer.perform);
    await redriveJob(context, { id });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    expect(peer.keys()).toEqual(['/do/1/two']);
  });
});

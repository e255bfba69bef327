import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { findCriticalPath } from '../../core/jobs/timing/find-critical-path.ts';
import { loadTimings } from '../../core/jobs/timing/load-timings.ts';
import { DecideApprovalDocument, JobTimingDocument, type Client } from '../../sdk/src/index.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobRow } from '../support/jobs.ts';
import { publish, startTestPlatform, typed, untilState } from '../support/platform.ts';
import type { TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const child = `
document: { dsl: '1.0.3', namespace: timing, name: child, version: '1.0.0' }
do: [{ nap: { wait: { milliseconds: 400 } } }]
`;

/** A fork whose right branch is the longer one, a decision, and an event. */
const parent = (peer: string): string => `
document: { dsl: '1.0.3', namespace: timing, name: parent, version: '1.0.0' }
do:
  - begin: { set: { a: 1 } }
  - both:
      fork:
        branches:
          - left: { do: [{ nap: { wait: { milliseconds: 50 } } }] }
          - right:
              do:
                - again:
                    try:
                      - ask: { call: http, with: { method: get, endpoint: '${peer}/ask' } }
                    catch:
                      errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/communication' } }
                      retry: { delay: { milliseconds: 600 }, limit: { attempt: { count: 3 } } }
                - kid: { run: { workflow: { namespace: timing, name: child, version: latest } } }
  - ok: { call: approval, with: { title: May it go on? } }
  - halt: { listen: { to: { one: { with: { type: com.example.go } } } } }
  - last: { set: { done: true } }
`;

const approvalsDocument = typed<{
  readonly job: { readonly approvals: readonly { readonly id: string }[] };
}>('query Approvals($id: ID!) { job(id: $id) { approvals { id } } }');
const sendDocument = typed<unknown>(
  'mutation Send($input: SendEventInput!) { sendEvent(input: $input) { userErrors { message } } }',
);

describe('the time of a real job', () => {
  const stack = new AsyncDisposableStack();
  let peer: Loopback;
  let running: TestPlatform;
  let client: Client;
  let asked = 0;

  beforeAll(async () => {
    peer = stack.use(
      await openLoopback((response) => {
        asked += 1;
        response.writeHead(asked === 1 ? 503 : 200, { 'content-type': 'application/json' });
        response.end('{}');
      }),
    );
    running = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: peer.host }));
    ({ client } = running);
    await publish(client, child);
    await publish(client, parent(peer.url));
  });
  afterAll(() => stack.disposeAsync());

  const timed = async (id: string) => {
    const { job } = await client.request(JobTimingDocument, { id });
    if (!job?.timing?.criticalPath) throw new Error('the job has no times');
    return { ...job, timing: job.timing, path: job.timing.criticalPath };
  };

  it('is that of the branch, the retry, the child, the decision and the event that decided it', async () => {
    const { id } = await client.submit('parent', {});
    const approval = await until('somebody is asked', async () => {
      const { job } = await client.request(approvalsDocument, { id });
      return job.approvals[0]?.id;
    });
    const before = await timed(id);
    expect(before.state).toBe('WAITING');
    expect(before.path.steps.at(-1)).toMatchObject({ key: '/do/2/ok', kind: 'call' });

    await client.request(DecideApprovalDocument, { input: { id: approval, approve: true } });
    await until('it waits for the event', async () => {
      const { path } = await timed(id);
      return path.steps.some(({ key }) => key === '/do/3/halt');
    });
    const go = { id: 'go', source: 'https://timing.example', type: 'com.example.go' };
    await client.request(sendDocument, { input: go });
    await untilState(client, id, 'SUCCEEDED');

    const { timing, path } = await timed(id);
    const right = '/do/1/both/fork/branches/1/right/do';
    const decisive = path.steps.filter(({ waitedMs }) => waitedMs > 0).map(({ key }) => key);
    expect(decisive).toEqual([`${right}/0/again`, `${right}/1/kid`, '/do/2/ok', '/do/3/halt']);
    expect(path.steps.map(({ key }) => key)).not.toContainEqual(
      expect.stringContaining('branches/0'),
    );
    // With those that took no time: begin, two asks and last.
    expect(path.stepCount).toBeGreaterThanOrEqual(8);
    const lengths = path.steps.map(({ durationMs }) => durationMs);
    const sum = lengths.reduce((all, ms) => all + ms, 0);
    expect(Math.abs(sum - timing.totalMs)).toBeLessThan(3);

    const { queuedMs, ranMs, waitedMs, stoppedMs, totalMs } = timing;
    expect(Math.abs(queuedMs + ranMs + waitedMs + stoppedMs - totalMs)).toBeLessThan(0.01);
    expect(waitedMs).toBeGreaterThan(0);
    expect(stoppedMs).toBe(0);
  });
});

/** An event of a job: seconds after its submit, its type without what all have, and what it says. */
type Told = readonly [second: number, type: string, data?: object];

const own = (name: string): string => `dev.operandi.${name}.v1`;
const standard = (name: string): string => `io.serverlessworkflow.${name}.v1`;

describe.each(databaseKinds)('times on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let context: VerbContext;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    context = await contextOfNewTenant(services);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  /** A job that took so many seconds and told this. */
  async function storied(seconds: number, story: readonly Told[]): Promise<string> {
    const { tenantId } = context.actor;
    const row = jobRow(tenantId);
    await services.queue.submit([row]);
    const { pool } = test.database;
    await pool.query('delete from jobs.event where job_id = $1', [row.jobId]);
    await pool.query(
      `update jobs.job set state = 'FAILED', run_at = null, event_seq = $2, created_at = '2026-11-01T00:00:00Z',
         started_at = '2026-11-01T00:00:00Z', finished_at = timestamptz '2026-11-01T00:00:00Z' + $3 * interval '1 s'
       where id = $1`,
      [row.jobId, story.length, seconds],
    );
    await pool.query(
      `insert into jobs.event (tenant_id, job_id, seq, type, task, data, at)
       select $1, $2, place, type, data ->> 'execution', data, timestamptz '2026-11-01T00:00:00Z' + second * interval '1 s'
       from unnest($3::float8[], $4::text[], $5::jsonb[]) with ordinality as told(second, type, data, place)`,
      [
        ...[tenantId, row.jobId, story.map(([second]) => second), story.map(([, type]) => type)],
        story.map(([, , data = {}]) => JSON.stringify(data)),
      ],
    );
    return row.jobId;
  }

  async function partsOf(seconds: number, story: readonly Told[]) {
    const id = await storied(seconds, [[0, own('job.queued')], ...story]);
    const { queuedMs, ranMs, waitedMs, stoppedMs } =
      (await loadTimings(context, [id])).get(id) ?? {};
    const parts = { queued: queuedMs, ran: ranMs, waited: waitedMs, stopped: stoppedMs };
    return Object.fromEntries(Object.entries(parts).map(([name, ms = -1]) => [name, ms / 1_000]));
  }

  const at = (second: number): string =>
    new Date(Date.UTC(2026, 10, 1, 0, 0, second)).toISOString();
  const began: Told = [1, standard('workflow.started')];

  it.each<readonly [string, number, readonly Told[], object]>([
    [
      'runs after its turn has come',
      5,
      [began, [5, standard('workflow.completed')]],
      { queued: 1, ran: 4, waited: 0, stopped: 0 },
    ],
    [
      'sleeps until its time and then waits for a worker',
      10,
      [
        began,
        [2, own('job.waiting'), { until: at(6) }],
        [7, standard('task.status-changed'), { execution: '/do/0/a', status: 'running' }],
      ],
      { queued: 2, ran: 4, waited: 4, stopped: 0 },
    ],
    [
      'is answered while it sleeps, twice, and reminded before',
      10,
      [
        began,
        [2, own('job.waiting'), { until: at(60) }],
        [3, own('approval.reminded')],
        [5, own('approval.decided')],
        [6, own('job.answered')],
        [8, standard('task.status-changed'), { execution: '/do/0/a', status: 'running' }],
        [9, own('job.answered')],
      ],
      { queued: 4, ran: 3, waited: 3, stopped: 0 },
    ],
    [
      'is paused while it waits and answered meanwhile',
      10,
      [
        began,
        [2, own('job.waiting'), { until: null }],
        [3, standard('workflow.suspended')],
        [3, own('job.pause-requested')],
        [4, own('job.answered')],
        [7, standard('workflow.resumed')],
        [7, own('job.resumed')],
        [8, standard('task.completed'), { execution: '/do/0/a' }],
      ],
      { queued: 2, ran: 3, waited: 1, stopped: 4 },
    ],
    [
      'loses its worker, and after progress an attempt',
      20,
      [
        began,
        [2, own('job.interrupted'), { state: 'QUEUED', attempt: 0 }],
        [4, standard('task.completed'), { execution: '/do/0/a' }],
        [6, own('job.attempt-lost'), { state: 'WAITING', attempt: 3 }],
        [11, standard('task.completed'), { execution: '/do/1/b' }],
      ],
      { queued: 4, ran: 12, waited: 4, stopped: 0 },
    ],
    [
      'fails and is redriven later',
      30,
      [
        began,
        [3, standard('workflow.faulted')],
        [20, own('job.redriven')],
        [21, standard('task.created'), { execution: '/do/0/a' }],
        [30, standard('workflow.faulted')],
      ],
      { queued: 2, ran: 11, waited: 0, stopped: 17 },
    ],
  ])('are told of a job that %s', async (_, seconds, ...[story, parts]) => {
    expect(await partsOf(seconds, story)).toEqual(parts);
  });

  const step = (key: string, [from, to]: readonly [number, number], more = {}): readonly Told[] => [
    [
      from,
      standard('task.created'),
      { execution: key, name: key.slice(-1), kind: 'call', ...more },
    ],
    [to, standard('task.completed'), { execution: key }],
  ];

  it('are followed over more steps than are listed, and over the pages in which they are read', async () => {
    let end = 0;
    const steps = Array.from({ length: 4_000 }, (_, index) => {
      const begin = end;
      end += index % 40 === 7 ? 5 : 1;
      return step(`/do/0/each@${index}/do/0/a`, [begin, end]);
    });
    const each = { execution: '/do/0/each', name: 'each', kind: 'for' };
    const id = await storied(end, [[0, standard('task.created'), each], ...steps.flat()]);
    const path = await findCriticalPath(context, id);
    expect(path?.stepCount).toBe(4_000);
    const long = Array.from({ length: 100 }, (_, index) => `/do/0/each@${40 * index + 7}/do/0/a`);
    expect(path?.steps.map(({ key }) => key)).toEqual(long);
    expect(path?.steps[99]).toMatchObject({ name: 'a', kind: 'call', waitedMs: 0 });
  });

  it('have the calls of integrations, added up', async () => {
    const id = await storied(9, [began]);
    await test.database.pool.query(
      `insert into integrations.call (tenant_id, id, integration_id, job_id, key, operation, state, duration_ms)
       select $1, gen_random_uuid(), gen_random_uuid(), $2, ms::text, 'o', case when ms is null then 'INTENDED' else 'SUCCEEDED' end::integrations.call_state, ms
       from unnest(array[200, 300, null]) as ms`,
      [context.actor.tenantId, id],
    );
    expect((await loadTimings(context, [id])).get(id)).toMatchObject({ calls: 3, callMs: 500 });
  });

  it('are not shown to another tenant, and the path of a job with too many events is refused', async () => {
    const id = await storied(1, [began]);
    const stranger = await contextOfNewTenant(services);
    expect(await findCriticalPath(stranger, id)).toBeNull();
    expect((await loadTimings(stranger, [id])).size).toBe(0);
    await test.database.pool.query('update jobs.job set event_seq = 1000001 where id = $1', [id]);
    await expect(findCriticalPath(context, id)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const powerless = contextFor(services, context.actor.tenantId, ['JOBS_SUBMIT']);
    await expect(findCriticalPath(powerless, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(loadTimings(powerless, [id])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

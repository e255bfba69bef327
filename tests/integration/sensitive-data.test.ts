import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { createEffectLedger } from '../../core/audit/effect-ledger.ts';
import type { Permission } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { listJobEvents } from '../../core/jobs/list-job-events.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { loadJobAttempts } from '../../core/jobs/load-job-attempts.ts';
import { loadAgentVersions, loadJobData, loadJobs } from '../../core/jobs/load-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { renderResult } from '../../core/jobs/render-result.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tailApprovals } from '../../core/jobs/tail-approvals.ts';
import { tailJob } from '../../core/jobs/tail-job.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { createPerformCall } from '../../worker/perform-call.ts';
import { allRows } from '../support/all-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { recordingLog } from '../support/log.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker, type TestWorker } from '../support/worker.ts';

const canary = 'cAnary-7f3a "Ada" <x>';
const number = 730_114_559;
const customer = 'customer-canary-41';
const canaries = [canary, canary.toUpperCase(), String(number), customer, 'cAnary-7f3a'];
const leaksIn = (text: string): readonly string[] =>
  canaries.filter(
    (each) => text.includes(each) || text.includes(JSON.stringify(each).slice(1, -1)),
  );

let test: TestDatabase;
let services: TestServices;
let egress: Egress;
let peer: Loopback;
let worker: TestWorker;
const heard: string[] = [];
const { log, lines } = recordingLog();

function startWorker(): TestWorker {
  return startTestWorker(
    test.database,
    createPerformCall({ ...services, egress, effects: createEffectLedger(test.database) }),
    { keyring: services.keyring, log },
  );
}

beforeAll(async () => {
  test = await createTestDatabase();
  peer = await openLoopback((response, { url, body }) => {
    heard.push(`${url} ${body}`);
    if (url.startsWith('/refuse')) json(response, { message: `no ${body}` }, 422);
    else json(response, { echo: body });
  });
  services = openTestServices(test.database, { allow: [peer.host], log });
  egress = createEgress({ allow: [peer.host] });
  worker = startWorker();
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await egress[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const head = (name: string): string =>
  `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0' }`;
const schemas = `
input:
  schema:
    document:
      type: object
      required: [customer, person]
      properties:
        customer: { type: string, x-sensitive: { subject: customer } }
        order: { type: string }
        person:
          type: object
          x-sensitive: true
output:
  schema:
    document:
      type: object
      properties:
        order: { type: string }
        letter: { type: string, x-sensitive: true }`;

async function publish(context: VerbContext, name: string, body: string): Promise<void> {
  const definition = `${head(name)}\n${body.replaceAll('PEER', peer.url)}`;
  await publishAgent(context, { definition });
}

const given = (order = 'A-1'): JsonObject => ({
  ...{ customer, order },
  person: { name: canary, number },
});

async function submit(context: VerbContext, agent: string, more: JsonObject = {}): Promise<string> {
  const input = given();
  return (await submitJob(context, { agent, input, ...more })).jobId;
}

const rested = (jobId: string, state: string) =>
  until(`the job is ${state}`, async () => {
    const row = await jobState(test.database.pool, jobId);
    return row.state === state && row;
  });

const without: readonly Permission[] = ['JOBS_READ', 'JOBS_SUBMIT', 'JOBS_OPERATE'];
const asReader = (context: VerbContext): VerbContext =>
  contextFor(services, context.actor.tenantId, without);

/** All that a caller can see of a job, as one text. */
async function seen(context: VerbContext, jobId: string): Promise<string> {
  const [events, steps] = await Promise.all([
    listJobEvents(context, [{ jobId, first: 100 }]),
    listJobSteps(context, [{ jobId, first: 100 }]),
  ]);
  const data = await loadJobData(context, [jobId]);
  const attempts = await loadJobAttempts(context, [jobId]);
  const approvals = await listApprovals(context, { first: 10 });
  return JSON.stringify([events, steps, [...data], [...attempts], approvals]);
}

const using = `
do:
  - copy: { set: { all: '\${ . }', loud: '\${ .person.name | ascii_upcase }' } }
  - send: { call: http, with: { method: post, endpoint: 'PEER/fail', body: '\${ .all.person }' } }
  - tell: { emit: { event: { with: { type: told, source: 'https://e.example', data: '\${ [$context.person.name] }' } } } }
  - partner: { call: integration, with: { integration: partner, operation: refuse, arguments: { it: '\${ $context.person.name }' } } }
`;
const catching = `
do:
  - copy: { set: { all: '\${ . }', loud: '\${ .person.name | ascii_upcase }' } }
  - send: { call: http, with: { method: post, endpoint: 'PEER/echo', body: '\${ .all.person }' } }
  - partner:
      try:
        - ask: { call: integration, with: { integration: partner, operation: refuse, arguments: { it: '\${ $context.person.name }' } } }
      catch: { as: error, do: [{ keep: { set: { kept: '\${ $error }' } } }] }
  - ask: { call: approval, with: { title: '\${ $context.person.name }', description: '\${ $context.person.name }', data: { who: '\${ $context.person }' } } }
  - finish: { set: { order: '\${ $context.order }', letter: '\${ "Dear " + $context.person.name }', odd: '\${ $context.person.name | ascii_upcase }' } }
`;

async function setUp(): Promise<VerbContext> {
  const context = await contextOfNewTenant(services);
  await createIntegration(context, {
    name: 'partner',
    kind: 'http',
    config: {
      baseUrl: peer.url,
      operations: [{ name: 'refuse', method: 'POST', path: '/refuse', body: { it: '{it}' } }],
    },
  });
  return context;
}

/** A definition whose output tells what it was given. */
const plain = `
do:
  - finish: { set: { order: '\${ .order }', letter: '\${ "Dear " + .person.name }', odd: '\${ .person.name | ascii_upcase }' } }
`;

async function finished(context: VerbContext, body = plain): Promise<string> {
  await publish(context, 'plain', `${schemas}\n${body}`);
  const jobId = await submit(context, 'test/plain');
  await rested(jobId, 'SUCCEEDED');
  return jobId;
}

async function dataOf(context: VerbContext, jobId: string) {
  const found = (await loadJobData(context, [jobId])).get(jobId);
  if (found === undefined) throw new Error('no such job');
  return found;
}

const keyOf = async (jobId: string): Promise<string> => {
  const { rows } = await test.database.pool.query<{ id: string }>(
    'select data_key_id::text as id from jobs.job_io where job_id = $1',
    [jobId],
  );
  return rows[0]?.id ?? '';
};

const readsOf = async ({ actor }: VerbContext) =>
  (await auditLogOf(test.database, actor.tenantId)).filter(
    ({ action }) => action === 'job.read-sensitive',
  );

describe('sensitive data of a job', () => {
  it('is in no row, line or shared view in plain text, whatever the definition does with it', async () => {
    const context = await setUp();
    await publish(context, 'use', `${schemas}\n${catching}`);
    await publish(context, 'fail', `${schemas}\n${using}`);
    const waiting = await submit(context, 'test/use', { idempotencyKey: 'one' });
    const failing = await submit(context, 'test/fail');
    await rested(waiting, 'WAITING');
    await rested(failing, 'FAILED');
    expect(heard.join()).toContain('cAnary-7f3a');
    for (const jobId of [waiting, failing]) {
      expect(leaksIn(await seen(asReader(context), jobId))).toEqual([]);
      expect(leaksIn(await seen(context, jobId))).toContain(canary);
    }
    const [approval] = (await listApprovals(context, { first: 1 })).nodes;
    expect(approval).toMatchObject({ title: canary, data: { who: { name: canary, number } } });
    await decideApproval(context, { id: approval?.id, approve: true });
    await rested(waiting, 'SUCCEEDED');
    expect(leaksIn(await allRows(test.database.pool))).toEqual([]);
    expect(leaksIn(JSON.stringify(lines))).toEqual([]);
  });

  it('is shown as *** to those without the permission, its submitter too, beside what the schemas describe', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    expect(await dataOf(asReader(context), jobId)).toMatchObject({
      input: { customer: '***', order: 'A-1', person: '***' },
      output: { order: 'A-1', letter: '***' },
    });
    expect((await dataOf(asReader(context), jobId)).output).not.toHaveProperty('odd');
    expect(await dataOf(context, jobId)).toMatchObject({
      input: given(),
      output: { letter: `Dear ${canary}`, odd: canary.toUpperCase() },
    });
  });

  it('is rendered by templates as its reader may see it', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    for (const [reader, shown] of [
      [context, canary],
      [asReader(context), '***'],
      [context, canary],
    ] as const) {
      const job = (await loadJobs(reader, [jobId])).get(jobId);
      const version = (await loadAgentVersions(reader, [job?.agentVersionId ?? ''])).get(
        job?.agentVersionId ?? '',
      );
      if (job === undefined || version === undefined) throw new Error('no such job');
      const data = await dataOf(reader, jobId);
      const result = await renderResult(reader, { job, version, data, format: 'JSON' });
      const { letter } = JSON.parse(result?.content ?? '') as { letter: string };
      expect(letter).toContain(shown);
    }
  });

  it('leaves one row in the audit log for each request of who sees it, and none for others', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    await seen(asReader(context), jobId);
    expect(await readsOf(context)).toEqual([]);
    await seen(context, jobId);
    expect(await readsOf(context)).toMatchObject([
      { targetId: jobId, actorId: context.actor.id, requestId: context.requestId },
    ]);
    await dataOf({ ...context, requestId: 'another' }, jobId);
    expect(await readsOf(context)).toHaveLength(2);
  });

  it('is streamed as its reader may see it', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    const { signal } = new AbortController();
    const all = async (reader: VerbContext): Promise<string> =>
      JSON.stringify(await Array.fromAsync(await tailJob(reader, { jobId, signal })));
    expect(leaksIn(await all(asReader(context)))).toEqual([]);
    expect(await all(context)).toContain('cAnary-7f3a');
  });

  it('is told of an approval to all who watch at once, to each as they may see it', async () => {
    const context = await setUp();
    await publish(context, 'use', `${schemas}\n${catching}`);
    const stop = new AbortController();
    const { signal } = stop;
    const readers = [asReader(context), context, asReader(context), context];
    const streams = await Promise.all(readers.map((reader) => tailApprovals(reader, { signal })));
    const told = streams.map(async (stream) => {
      for await (const { approval } of stream) return approval.title;
      return undefined;
    });
    await submit(context, 'test/use');
    expect(await Promise.all(told)).toEqual(['***', canary, '***', canary]);
    stop.abort();
  });

  it('is nobody else’s: a member of another tenant with the permission finds no such job', async () => {
    const jobId = await finished(await setUp());
    const other = await contextOfNewTenant(services);
    expect((await loadJobData(other, [jobId])).size).toBe(0);
    expect(leaksIn(await seen(other, jobId))).toEqual([]);
    expect(await readsOf(other)).toEqual([]);
  });

  it('opens in the rows of its own job only', async () => {
    const context = await setUp();
    const [one, two] = [await finished(context), await finished(context)];
    await test.database.pool.query(
      `update jobs.job_io set input = (select input from jobs.job_io where job_id = $1) where job_id = $2`,
      [one, two],
    );
    await expect(dataOf(context, two)).rejects.toThrow(`data of job ${two} does not open`);
    expect((await dataOf(context, one)).input).toEqual(given());
  });
});

describe('sealed data that was altered', () => {
  it('keeps nobody from what others have: lists go on, and its job ends alone', async () => {
    const context = await setUp();
    await publish(context, 'use', `${schemas}\n${catching}`);
    const [bad, good] = [await submit(context, 'test/use'), await submit(context, 'test/use')];
    await rested(bad, 'WAITING');
    await rested(good, 'WAITING');
    const forged = `sealed:1:${await keyOf(bad)}:${bad}:${Buffer.alloc(40).toString('base64url')}`;
    await test.database.pool.query(`update jobs.approval set title = $2 where job_id = $1`, [
      bad,
      forged,
    ]);
    await test.database.pool.query(
      `update jobs.journal set value = json_build_object('at', 1, 'ok', $2::text) where job_id = $1`,
      [bad, forged],
    );
    const { nodes } = await listApprovals(context, { first: 10 });
    expect(nodes.map(({ title }) => title).toSorted()).toEqual(['***', canary]);
    const [first, second] = await Promise.all(
      nodes.map(({ id }) => decideApproval(context, { id, approve: true })),
    );
    expect([first?.state, second?.state]).toEqual(['APPROVED', 'APPROVED']);
    await rested(good, 'SUCCEEDED');
    expect(leaksIn(JSON.stringify(lines))).toEqual([]);
  });
});

describe('the key of sensitive data', () => {
  it('is one of each subject in each tenant', async () => {
    const [context, other] = [await setUp(), await setUp()];
    const [one, two, theirs] = [
      await finished(context),
      await finished(context),
      await finished(other),
    ];
    const jobId = (
      await submitJob(context, { agent: 'test/plain', input: { ...given(), customer: 'else' } })
    ).jobId;
    expect(await keyOf(one)).toBe(await keyOf(two));
    expect(new Set([await keyOf(one), await keyOf(theirs), await keyOf(jobId)]).size).toBe(3);
  });

  it('is made once by many first jobs of a subject', async () => {
    const context = await setUp();
    await publish(context, 'plain', `${schemas}\n${plain}`);
    const ids = await Promise.all(Array.from({ length: 10 }, () => submit(context, 'test/plain')));
    expect(new Set(await Promise.all(ids.map(keyOf))).size).toBe(1);
  });

  it('is one of each job where no subject is named', async () => {
    const context = await setUp();
    await publish(
      context,
      'plain',
      `${schemas.replace('{ subject: customer }', 'true')}\n${plain}`,
    );
    const ids = [await submit(context, 'test/plain'), await submit(context, 'test/plain')];
    expect(new Set(await Promise.all(ids.map(keyOf))).size).toBe(2);
  });

  it('leaves nothing to read when it is erased, and jobs that need it fail with the reason', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    await publish(context, 'later', `${schemas}\n${catching}`);
    const waiting = await submit(context, 'test/later');
    await rested(waiting, 'WAITING');
    await test.database.pool.query(
      `update jobs.data_key set sealed = null, erased_at = now() where id = $1`,
      [await keyOf(jobId)],
    );
    await until(
      'no process has the key',
      async () => (await dataOf(context, jobId)).input === '***',
    );
    const [approval] = (await listApprovals(context, { first: 1 })).nodes;
    await decideApproval(context, { id: approval?.id, approve: true });
    const { error } = await rested(waiting, 'FAILED');
    expect(error).toMatchObject({ detail: 'the data of the job has been erased' });
    await expect(redriveJob(context, { id: waiting })).rejects.toMatchObject({ code: 'CONFLICT' });
    // The subject may come back, under another key.
    expect(await keyOf(await submit(context, 'test/plain'))).not.toBe(await keyOf(jobId));
  });
});

describe('a job with sensitive data', () => {
  it('goes on in another worker, and is the same under its idempotency key', async () => {
    const context = await setUp();
    await publish(context, 'use', `${schemas}\n${catching}`);
    const first = await submit(context, 'test/use', { idempotencyKey: 'k' });
    await rested(first, 'WAITING');
    expect(await submit(context, 'test/use', { idempotencyKey: 'k' })).toBe(first);
    await expect(
      submitJob(context, { agent: 'test/use', input: given('B'), idempotencyKey: 'k' }),
    ).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    await worker[Symbol.asyncDispose]();
    worker = startWorker();
    const [approval] = (await listApprovals(context, { first: 1 })).nodes;
    await decideApproval(context, { id: approval?.id, approve: true });
    await rested(first, 'SUCCEEDED');
    expect((await dataOf(context, first)).output).toMatchObject({ letter: `Dear ${canary}` });
  });

  it('is compared by a hash that differs for equal inputs of two tenants', async () => {
    const hashes = await Promise.all(
      [await setUp(), await setUp()].map(async (context) => {
        await publish(context, 'plain', `${schemas}\n${plain}`);
        const { rows } = await test.database.pool.query<{ hash: string }>(
          'select input_hash as hash from jobs.job where id = $1',
          [await submit(context, 'test/plain')],
        );
        return rows[0]?.hash;
      }),
    );
    expect(new Set(hashes).size).toBe(2);
  });

  it('is redriven from its sealed journal, and from the start with another input', async () => {
    const context = await setUp();
    await publish(context, 'fail', `${schemas}\n${using}`);
    const jobId = await submit(context, 'test/fail');
    await rested(jobId, 'FAILED');
    const sent = heard.filter((each) => each.startsWith('/fail')).length;
    await redriveJob(context, { id: jobId });
    await rested(jobId, 'FAILED');
    expect(heard.filter((each) => each.startsWith('/fail'))).toHaveLength(sent);
    await redriveJob(context, { id: jobId, from: 'START', input: given('B-2') });
    await rested(jobId, 'FAILED');
    expect((await dataOf(context, jobId)).input).toEqual(given('B-2'));
    expect(leaksIn(await allRows(test.database.pool))).toEqual([]);
  });

  it('hands it to a child, which keeps it as well, and gets back what the child returns', async () => {
    const context = await setUp();
    await publish(context, 'child', `do: [{ a: { set: { back: '\${ .name }' } } }]`);
    const workflow = `{ namespace: test, name: child, version: '1.0.0', input: { name: '\${ .person.name }' } }`;
    const jobId = await finished(
      context,
      `do: [{ a: { run: { workflow: ${workflow} } } }, { b: { set: { letter: '\${ .back }' } } }]`,
    );
    expect((await dataOf(context, jobId)).output).toEqual({ letter: canary });
    expect(leaksIn(await allRows(test.database.pool))).toEqual([]);
    const { rows } = await test.database.pool.query<{ id: string }>(
      'select id::text from jobs.job where parent_id = $1',
      [jobId],
    );
    expect(await dataOf(asReader(context), rows[0]?.id ?? '')).toMatchObject({
      input: '***',
      output: '***',
    });
  });

  it('is not named in the record of its calls by a host made of it', async () => {
    const context = await setUp();
    await publish(
      context,
      'host',
      `${schemas}\ndo: [{ a: { call: http, with: { method: get, endpoint: '\${ "https://" + .customer + ".invalid/x" }' } } }]`,
    );
    const jobId = await submit(context, 'test/host');
    await rested(jobId, 'FAILED');
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.filter(({ action }) => action.startsWith('http.call'))[0]).toMatchObject({
      targetId: '***',
    });
    expect(leaksIn(await allRows(test.database.pool))).toEqual([]);
  });

  it('is not waited for by a job that would keep its outcome in plain text', async () => {
    const context = await setUp();
    await publish(context, 'child', `${schemas}\n${plain}`);
    const workflow = `{ namespace: test, name: child, version: '1.0.0', input: { customer: '\${ .customer }', person: '\${ .person }' } }`;
    await publish(context, 'open', `do: [{ a: { run: { workflow: ${workflow} } } }]`);
    const { jobId } = await submitJob(context, { agent: 'test/open', input: given() });
    const { error } = await rested(jobId, 'FAILED');
    expect(JSON.stringify(error)).toContain('x-sensitive');
  });

  it('is refused without an id of its subject', async () => {
    const context = await setUp();
    await publish(
      context,
      'plain',
      `${schemas.replace('{ type: string, x-sensitive: {', '{ x-sensitive: {')}\n${plain}`,
    );
    await expect(
      submitJob(context, { agent: 'test/plain', input: { ...given(), customer: { no: 1 } } }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', path: 'input.input.customer' });
  });

  it('does not take a text of a submitter for sealed data', async () => {
    const context = await setUp();
    const jobId = await finished(context);
    const forged: JsonValue = (await selectInput(jobId)) ?? null;
    await publish(context, 'echo', `do: [{ a: { set: { it: '\${ . }' } } }]`);
    const echo = await submitJob(context, { agent: 'test/echo', input: { a: forged } });
    await rested(echo.jobId, 'SUCCEEDED');
    expect((await dataOf(context, echo.jobId)).output).toEqual({ it: { a: forged } });
    expect(await seen(asReader(context), echo.jobId)).toContain('sealed:1:');
  });
});

async function selectInput(jobId: string): Promise<JsonValue | undefined> {
  const { rows } = await test.database.pool.query<{ input: JsonValue }>(
    'select input from jobs.job_io where job_id = $1',
    [jobId],
  );
  return rows[0]?.input;
}

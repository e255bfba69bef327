import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Services, VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { EventDraft } from '../../queue/job.ts';
import { newSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextWithAgent, held, submitted } from '../support/greeter.ts';
import { openAccepted, openSocket } from '../support/socket.ts';
import type { TestSocket } from '../support/socket.ts';
import { actorOf, at, testSettings, vouched } from '../support/subgraph.ts';
import { until } from '../support/until.ts';
import { openTestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: Services;
let subgraph: Subgraph;
let url: string;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
  subgraph = stack.use(createJobsSubgraph(services, testSettings));
  ({ url } = await subgraph.listen({ host: '127.0.0.1', port: 0 }));
});

afterAll(() => stack.disposeAsync());

const events =
  'subscription ($id: ID!, $after: String) { jobEvents(jobId: $id, after: $after) { seq cursor type job { state } } }';

function subscribe(socket: TestSocket, id: string, ...[query, variables = {}]: Ask): void {
  socket.send({ type: 'subscribe', id, payload: { query, variables } });
}

type Ask = [query: string, variables?: JsonObject];

async function socketOf({ actor }: VerbContext): Promise<TestSocket> {
  return await openAccepted(url, await vouched(actor));
}

/** The sequence numbers of messages until `complete`. */
async function seqsUntilComplete(socket: TestSocket): Promise<readonly JsonValue[]> {
  const seqs: JsonValue[] = [];
  for (;;) {
    const message = await socket.next();
    if (message.type === 'complete') return seqs;
    seqs.push(at(message.payload, 'data', 'jobEvents', 'seq'));
  }
}

function taskEvent(index: number): EventDraft {
  return {
    type: 'io.serverlessworkflow.task.started.v1',
    key: `event:${String(index)}`,
    task: '/do/0/x',
    data: {},
  };
}

describe('the connection', () => {
  it('is closed with 4401 without an assertion', async () => {
    await using socket = await openSocket(url);
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toBe(4401);
  });

  it('is closed with 4401 when the assertion is forged', async () => {
    const context = await contextWithAgent(services);
    const payload = await vouched(context.actor, { key: newSigningKey() });
    await using socket = await openSocket(url);
    socket.send({ type: 'connection_init', payload });
    expect(await socket.closed).toBe(4401);
  });

  it('is closed with 4401 when a client subscribes before it is accepted', async () => {
    await using socket = await openSocket(url);
    subscribe(socket, '1', '{ __typename }');
    expect(await socket.closed).toBe(4401);
  });

  it('takes the assertion from the headers of the upgrade as well', async () => {
    const { actor } = await contextWithAgent(services);
    await using socket = await openSocket(url, await vouched(actor));
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  });

  it.each([
    ['a message that is no JSON', 'nonsense', 4400],
    ['a second connection_init', '{"type":"connection_init"}', 4429],
  ])('is closed for %s', async (_what, message, code) => {
    await using socket = await socketOf(await contextWithAgent(services));
    socket.send(message);
    expect(await socket.closed).toBe(code);
  });

  it('is closed when a message is larger than allowed', async () => {
    await using socket = await socketOf(await contextWithAgent(services));
    subscribe(socket, '1', `# ${'x'.repeat(2 * 1024 * 1024)}`);
    expect(await socket.closed).toBe(1009);
  });
});

describe('a bad operation', () => {
  it.each([
    ['does not parse', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', 'subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is a query', '{ queue { queued } }', 'BAD_USER_INPUT'],
    [
      'is a mutation',
      'mutation { submitJob(input: { agent: "greet" }) { isNew } }',
      'BAD_USER_INPUT',
    ],
    ['lacks a variable', events, 'BAD_USER_INPUT'],
    ['is a fragment bomb', bomb(), 'COST_EXCEEDED'],
    [
      'has a cursor that is not ours',
      'subscription { jobChanges(after: "x") { cursor } }',
      'BAD_USER_INPUT',
    ],
  ])('that %s is told as error and leaves the socket open', async (_flaw, query, code) => {
    await using socket = await socketOf(await contextWithAgent(services));
    subscribe(socket, 'bad', query);
    const message = await socket.next();
    expect([message.type, message.type === 'next' ? undefined : message.id]).toEqual([
      'error',
      'bad',
    ]);
    expect(message.payload).toMatchObject([{ extensions: { code } }]);
    socket.send({ type: 'ping' });
    expect(await socket.next()).toMatchObject({ type: 'pong' });
    expect(socket.isOpen).toBe(true);
  });

  function bomb(): string {
    const fragments = Array.from(
      { length: 18 },
      (_, n) =>
        `fragment F${String(n)} on Job { a: parent { id } b: approvals { job { ...F${String(n + 1)} } } ...G${String(n)} } fragment G${String(n)} on Job { ...F${String(n + 1)} }`,
    );
    return `subscription { jobChanges { job { ...F0 } } } ${fragments.join(' ')} fragment F18 on Job { id }`;
  }
});

describe('permissions', () => {
  it('are judged before a stream begins', async () => {
    const { actor } = await contextWithAgent(services);
    await using socket = await openAccepted(
      url,
      await vouched(actorOf(actor.tenantId, ['JOBS_SUBMIT'])),
    );
    for (const query of [
      '{ jobChanges { cursor } }',
      '{ approvalRequests { cursor } }',
      '{ jobEvents(jobId: "x") { seq } }',
    ]) {
      subscribe(socket, query, `subscription ${query}`);
      expect(await socket.next()).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
  });

  it('hide the jobs of another tenant', async () => {
    const jobId = await submitted(await contextWithAgent(services));
    await using socket = await socketOf(await contextWithAgent(services));
    subscribe(socket, '1', events, { id: jobId });
    expect(JSON.stringify(await socket.next())).toContain('NOT_FOUND');
  });
});

describe('the events of a job', () => {
  it('are told from the beginning, then live, and end with the job', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    await using socket = await socketOf(context);
    subscribe(socket, '1', events, { id });
    expect(at((await socket.next()).payload, 'data', 'jobEvents')).toMatchObject({
      seq: 1,
      job: { state: 'QUEUED' },
    });
    await cancelJob(context, { id });
    expect(at((await socket.next()).payload, 'data', 'jobEvents')).toMatchObject({
      seq: 2,
      type: 'io.serverlessworkflow.workflow.cancelled.v1',
      job: { state: 'CANCELLED' },
    });
    expect(at((await socket.next()).payload, 'data', 'jobEvents')).toMatchObject({
      seq: 3,
      type: 'dev.operandi.job.cancelled.v1',
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('come without gap or repeat to those who come back with a cursor while they are written', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    const holder = await held(services, id);
    const write = async () => {
      for (let index = 0; index < 100; index += 1) {
        await services.queue.checkpoint(holder, { events: [taskEvent(index)] });
      }
      await services.queue.finish(holder, {}, { state: 'SUCCEEDED', output: null });
    };
    const writing = write();
    const seen: JsonValue[] = [];
    let after: JsonValue = null;
    for (const take of [1, 7, 30, 3]) {
      await using socket = await socketOf(context);
      subscribe(socket, '1', events, { id, after });
      for (let count = 0; count < take; count += 1) {
        const event = at((await socket.next()).payload, 'data', 'jobEvents');
        seen.push(at(event, 'seq'));
        after = at(event, 'cursor');
      }
    }
    await using socket = await socketOf(context);
    subscribe(socket, '1', events, { id, after });
    seen.push(...(await seqsUntilComplete(socket)));
    await writing;
    const last = (await findJob(context, id))?.eventSeq ?? 0;
    expect(last).toBeGreaterThan(100);
    expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  });

  it('are told again in full to a cursor at the end of an ended job: nothing, and complete', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    await cancelJob(context, { id });
    await using socket = await socketOf(context);
    subscribe(socket, 'all', events, { id });
    const first = await socket.next();
    const second = await socket.next();
    const third = await socket.next();
    expect(
      [first, second, third].map(({ payload }) => at(payload, 'data', 'jobEvents', 'seq')),
    ).toEqual([1, 2, 3]);
    await socket.next();
    subscribe(socket, 'rest', events, {
      id,
      after: at(third.payload, 'data', 'jobEvents', 'cursor'),
    });
    expect(await socket.next()).toEqual({ id: 'rest', type: 'complete' });
  });

  it('reach a client of the same process by a function call', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    await cancelJob(context, { id });
    const results = await Array.fromAsync(
      subgraph.subscribe({
        query: events,
        variables: { id },
        headers: await vouched(context.actor),
        signal: AbortSignal.timeout(5_000),
      }),
    );
    expect(results.map(({ data }) => data?.['jobEvents'])).toMatchObject([
      { seq: 1 },
      { seq: 2 },
      { seq: 3 },
    ]);
  });

  it('stop at once for a client of the same process that leaves while nothing happens', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    const stream = subgraph.subscribe({
      query: events,
      variables: { id },
      headers: await vouched(context.actor),
      signal: new AbortController().signal,
    });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toMatchObject({ done: true });
  });
});

describe('the changes of a tenant', () => {
  const changes =
    'subscription ($after: String, $filter: JobFilter) { jobChanges(after: $after, filter: $filter) { cursor event { seq } job { id } } }';

  it('come once each in spite of many writers and of coming back', async () => {
    const context = await contextWithAgent(services);
    await using first = await socketOf(context);
    subscribe(first, '1', changes);
    // A stream without a cursor begins now; its first change tells that it has begun.
    const opener = await until('the stream to begin', async () => {
      await submitted(context);
      return await Promise.race([
        first.next(),
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 400)),
      ]);
    });
    let after = at(opener.payload, 'data', 'jobChanges', 'cursor');
    const jobs = await Promise.all(Array.from({ length: 40 }, () => submitted(context)));
    const cancelled = Promise.all(jobs.map((id) => cancelJob(context, { id })));
    const seen: string[] = [];
    for (const take of [5, 1, 20]) {
      await using socket = await socketOf(context);
      subscribe(socket, '1', changes, { after });
      for (let count = 0; count < take; count += 1) {
        const change = at((await socket.next()).payload, 'data', 'jobChanges');
        seen.push(nameOf(change));
        after = at(change, 'cursor');
      }
    }
    await cancelled;
    await using socket = await socketOf(context);
    subscribe(socket, '1', changes, { after });
    const wanted = jobs.flatMap((id) => [1, 2, 3].map((seq) => JSON.stringify([id, seq])));
    while (!wanted.every((name) => seen.includes(name))) {
      seen.push(nameOf(at((await socket.next()).payload, 'data', 'jobChanges')));
    }
    const later = [await submitted(context), await submitted(context)];
    const last = later.map((id) => JSON.stringify([id, 1]));
    // Jobs that were submitted while the stream began are among them, however many.
    while (!last.every((name) => seen.includes(name))) {
      seen.push(nameOf(at((await socket.next()).payload, 'data', 'jobChanges')));
    }
    expect(seen.slice(-2)).toEqual(last);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('can be narrowed to an agent and states', async () => {
    const context = await contextWithAgent(services);
    const [kept, left] = [await submitted(context), await submitted(context)];
    await cancelJob(context, { id: kept });
    await using socket = await socketOf(context);
    subscribe(socket, '1', changes, { filter: { agent: 'greet', states: ['CANCELLED'] } });
    const change = await until('a change', async () => {
      const id = await submitted(context);
      await cancelJob(context, { id });
      return await Promise.race([
        socket.next(),
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 400)),
      ]);
    });
    expect(at(change.payload, 'data', 'jobChanges', 'job', 'id')).not.toBe(left);
  });

  function nameOf(change: JsonValue): string {
    return JSON.stringify([at(change, 'job', 'id'), at(change, 'event', 'seq')]);
  }
});

describe('a slow reader', () => {
  it('holds its own stream back and nobody else', async () => {
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    const holder = await held(services, id);
    await using slow = await socketOf(context);
    await using quick = await socketOf(context);
    slow.pause();
    subscribe(slow, '1', events, { id });
    subscribe(quick, '1', events, { id });
    await services.queue.finish(
      holder,
      { events: Array.from({ length: 500 }, (_, index) => taskEvent(index)) },
      { state: 'SUCCEEDED', output: null },
    );
    const all = await seqsUntilComplete(quick);
    expect(all.length).toBeGreaterThan(500);
    slow.resume();
    expect(await seqsUntilComplete(slow)).toEqual(all);
  });
});

describe('stopping', () => {
  it('sends clients away with 1001', async () => {
    const own = createJobsSubgraph(services, testSettings);
    const { url: address } = await own.listen({ host: '127.0.0.1', port: 0 });
    const context = await contextWithAgent(services);
    const id = await submitted(context);
    const socket = await openAccepted(address, await vouched(context.actor));
    subscribe(socket, '1', events, { id });
    await socket.next();
    await own[Symbol.asyncDispose]();
    expect(await socket.closed).toBe(1001);
  });
});

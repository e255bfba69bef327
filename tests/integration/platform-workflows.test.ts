import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CancelJobDocument } from '../../sdk/src/index.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

let running: TestPlatform;

beforeAll(async () => {
  running = await startTestPlatform();
});
afterAll(() => running[Symbol.asyncDispose]());

interface Seen {
  readonly id: string;
  readonly state: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: { readonly type: string; readonly detail: string | null } | null;
}

const fields = 'id state input output error { type detail }';
const jobDocument = typed<{ readonly job: Seen }>(
  `query Seen($id: ID!) { job(id: $id) { ${fields} } }`,
);
const jobsDocument = typed<{ readonly jobs: { readonly nodes: readonly Seen[] } }>(
  `query List($filter: JobFilter) { jobs(filter: $filter, first: 50) { nodes { ${fields} } } }`,
);
const agentDocument = typed<{
  readonly agent: {
    readonly id: string;
    readonly schedule: {
      readonly kind: string;
      readonly nextAt: string | null;
      readonly lastAt: string | null;
    } | null;
  };
}>('query Agent($name: String!) { agent(name: $name) { id schedule { kind nextAt lastAt } } }');
const sendDocument = typed<{
  readonly sendEvent: { isNew: boolean; wokenJobs: number; startedJobs: number };
}>(`mutation Send($input: SendEventInput!) {
  sendEvent(input: $input) { isNew wokenJobs startedJobs } }`);

const definition = (name: string, body: string, version = '1.0.0') =>
  `document: {dsl: '1.0.3', namespace: test, name: ${name}, version: '${version}'}\n${body}`;

const childTask = (name: string, version = 'latest', input = '{n: 1}') =>
  `{run: {workflow: {namespace: test, name: ${name}, version: '${version}', input: ${input}}}}`;

async function ended(id: string, state = 'SUCCEEDED'): Promise<Seen> {
  await untilState(running.client, id, state);
  return (await running.client.request(jobDocument, { id })).job;
}

async function start(name: string, body: string, input: unknown = {}): Promise<string> {
  await publish(running.client, definition(name, body));
  return (await running.client.submit(name, input)).id;
}

async function jobsOf(filter: { agent?: string; parentId?: string }): Promise<readonly Seen[]> {
  return (await running.client.request(jobsDocument, { filter })).jobs.nodes;
}

async function send(event: unknown) {
  return (await running.client.request(sendDocument, { input: event })).sendEvent;
}

async function scheduleOf(name: string) {
  return (await running.client.request(agentDocument, { name })).agent.schedule;
}

describe('a child', () => {
  it('gives its output to the parent that waits for it', async () => {
    await publish(running.client, definition('double', 'do: [{a: {set: {n: "${ .n * 2 }"}}}]'));
    const id = await start(
      'parent',
      `do: [{run: ${childTask('double', 'latest', '{n: "${ .n }"}')}}]`,
      {
        n: 21,
      },
    );
    expect((await ended(id)).output).toEqual({ n: 42 });
    expect(await jobsOf({ parentId: id })).toMatchObject([
      { state: 'SUCCEEDED', input: { n: 21 } },
    ]);
  });

  it('raises its error in the parent, where it can be caught', async () => {
    const error = `{type: 'https://example.com/sold-out', status: 409, detail: none left}`;
    await publish(running.client, definition('failing', `do: [{a: {raise: {error: ${error}}}}]`));
    const caught = `do: [{t: {try: [{r: ${childTask('failing')}}], catch: {as: e, do: [{s: {set: {got: "\${ $e.detail }"}}}]}}}]`;
    expect((await ended(await start('catching', caught))).output).toEqual({ got: 'none left' });
  });

  it('is found by number, by the version of its document and as the latest', async () => {
    for (const version of ['1.1.0', '1.2.0'])
      await publish(
        running.client,
        definition('versioned', `do: [{a: {set: {is: '${version}'}}}]`, version),
      );
    const task = (version: string) =>
      `r${version.replaceAll('.', '')}: ${childTask('versioned', version)}`;
    const branches = ['1', '1.1.0', '1.2.0', 'latest'].map((version) => `{${task(version)}}`);
    const id = await start('choosing', `do: [{f: {fork: {branches: [${branches.join(', ')}]}}}]`);
    expect((await ended(id)).output).toEqual([
      { is: '1.1.0' },
      { is: '1.1.0' },
      { is: '1.2.0' },
      { is: '1.2.0' },
    ]);
  });

  it.each([
    ['no agent has the name', childTask('nobody'), 'test/nobody latest is not published'],
    ['the namespace is another', childTask('double').replace('test', 'other'), 'other/double'],
    ['there is no such version', childTask('double', '9.9.9'), 'test/double 9.9.9'],
  ])('fails the parent when %s', async (_, task, detail) => {
    const id = await start('lost', `do: [{run: ${task}}]`);
    const { error } = await ended(id, 'FAILED');
    expect(error?.type).toMatch(/\/configuration$/);
    expect(error?.detail).toContain(detail);
  });

  it('is refused with a validation error when its input does not fit', async () => {
    const schema = 'input: {schema: {document: {type: object, required: [name]}}}';
    await publish(running.client, definition('strict', `${schema}\ndo: [{a: {set: {ok: true}}}]`));
    const { error } = await ended(
      await start('sloppy', `do: [{run: ${childTask('strict')}}]`),
      'FAILED',
    );
    expect(error?.type).toMatch(/\/validation$/);
    expect(error?.detail).toContain('name');
  });

  it('is cancelled with the parent that waits for it, and its own children too', async () => {
    await publish(running.client, definition('sleeper', 'do: [{w: {wait: PT1H}}]'));
    await publish(running.client, definition('middle', `do: [{run: ${childTask('sleeper')}}]`));
    const id = await start('top', `do: [{run: ${childTask('middle')}}]`);
    const descendants = await until('two generations', async () => {
      const [middle] = await jobsOf({ parentId: id });
      const [sleeper] = middle === undefined ? [] : await jobsOf({ parentId: middle.id });
      return middle?.state === 'WAITING' && sleeper?.state === 'WAITING' && [middle.id, sleeper.id];
    });
    await running.client.request(CancelJobDocument, { input: { id } });
    for (const each of [id, ...descendants])
      expect(await ended(each, 'CANCELLED')).toMatchObject({ output: null });
  });

  it('that is cancelled alone raises an error in its parent', async () => {
    const id = await start('bereft', `do: [{run: ${childTask('sleeper')}}]`);
    const child = await until('the child sleeps', async () =>
      (await jobsOf({ parentId: id })).find(({ state }) => state === 'WAITING'),
    );
    await running.client.request(CancelJobDocument, { input: { id: child.id } });
    expect((await ended(id, 'FAILED')).error?.detail).toContain('has been cancelled');
  });
});

describe('an emitted event', () => {
  it('reaches a job that listens', async () => {
    const filter = '{with: {type: test.emitted}}';
    const listening = await start('ears', `do: [{l: {listen: {to: {one: ${filter}}}}}]`);
    await untilState(running.client, listening, 'WAITING');
    await ended(
      await start(
        'mouth',
        'do: [{e: {emit: {event: {with: {type: test.emitted, data: {n: 7}}}}}}]',
      ),
    );
    expect((await ended(listening)).output).toEqual([{ n: 7 }]);
  });

  it('is not lost to a listener that is busy with the one before', async () => {
    const strategy = '{any: [{with: {type: test.burst}}], until: "length == 20"}';
    const id = await start('counter', `do: [{l: {listen: {to: ${strategy}}}}]`);
    await untilState(running.client, id, 'WAITING');
    const emitTask = '{e: {emit: {event: {with: {type: test.burst, data: "${ $n }"}}}}}';
    await start('burst', `do: [{all: {for: {each: n, in: '[range(20)]'}, do: [${emitTask}]}}]`);
    expect((await ended(id)).output).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });
});

describe('a secret', () => {
  const setDocument = typed<{
    readonly setSecret: {
      readonly userErrors: readonly { readonly code: string; readonly field: string }[];
    };
  }>(
    'mutation Set($input: SetSecretInput!) { setSecret(input: $input) { userErrors { code field } } }',
  );
  const deleteDocument = typed<unknown>(
    'mutation Drop($input: DeleteSecretInput!) { deleteSecret(input: $input) { secret { name } } }',
  );
  const listDocument = typed<unknown>('{ secrets { nodes { name version createdAt updatedAt } } }');
  const eventsDocument = typed<unknown>(
    'query Events($id: ID!) { job(id: $id) { events(first: 50) { nodes { data } } } auditEvents(first: 100) { nodes { action data } } }',
  );

  it('can be read by definitions, is listed without its value and shown nowhere', async () => {
    const canary = 'canary-7f3a91';
    for (const value of ['first', { password: canary }])
      await running.client.request(setDocument, {
        input: { name: 'ledger', value, agents: ['test.*'] },
      });
    const listed = await running.client.request(listDocument, {});
    expect(listed).toMatchObject({ secrets: { nodes: [{ name: 'ledger', version: 2 }] } });

    const call = `{call: http, with: {method: get, endpoint: "http://127.0.0.1:9/", headers: {X-Key: "\${ $secrets.ledger.password }"}}}`;
    const task = `{try: [{c: ${call}}], catch: {do: [{s: {set: {failed: true}}}]}}`;
    const id = await start('reader', `use: {secrets: [ledger]}\ndo: [{a: ${task}}]`);
    expect((await ended(id)).output).toEqual({ failed: true });
    await running.platform.sealAudit();
    const seen = await running.client.request(eventsDocument, { id });
    expect(JSON.stringify([listed, seen])).toContain('secret.set');
    expect(JSON.stringify([listed, seen])).not.toContain(canary);
  });

  it('that is deleted or never was raises an authorization error', async () => {
    await running.client.request(deleteDocument, { input: { name: 'ledger' } });
    const task =
      '{call: http, with: {method: get, endpoint: "http://127.0.0.1:9/", headers: {X-Key: "${ $secrets.ledger }"}}}';
    const id = await start('orphan', `use: {secrets: [ledger]}\ndo: [{a: ${task}}]`);
    expect((await ended(id, 'FAILED')).error?.type).toMatch(/\/authorization$/);
  });

  it.each([
    '{set: {it: "${ $secrets.ledger.password }"}}',
    '{set: {it: {deep: ["${ $secrets[\\"ledger\\"] | @base64 }"]}}}',
    '{set: {it: 1}, output: {as: "${ $secrets.ledger }"}}',
    '{set: {it: 1}, export: {as: "${ {it: $secrets.ledger} }"}}',
    '{set: {it: 1}, if: "${ $secrets.ledger.password == \\"x\\" }"}',
    '{emit: {event: {with: {type: test.leak, data: "${ $secrets.ledger }"}}}}',
    '{raise: {error: {type: "https://example.com/e", status: 500, detail: "${ $secrets.ledger }"}}}',
    '{call: approval, with: {title: "${ $secrets.ledger.password }"}}',
    '{call: render, with: {format: text, template: x, data: "${ $secrets.ledger }"}}',
  ])('is not published where it would be kept: %s', async (task) => {
    const published = start('kept', `use: {secrets: [ledger]}\ndo: [{a: ${task}}]`);
    await expect(published).rejects.toThrow(/may not be read here/);
  });

  it('is refused with a bad name or value', async () => {
    const input = { name: 'no spaces', value: 7 };
    const { setSecret } = await running.client.request(setDocument, { input });
    expect(setSecret.userErrors.map(({ field }) => field)).toEqual(['input.name', 'input.value']);
  });
});

describe('a schedule', () => {
  const archiveDocument = typed<unknown>(
    'mutation Archive($input: ArchiveAgentInput!) { archiveAgent(input: $input) { agent { id } } }',
  );
  const tasks = 'do: [{a: {set: {got: "${ . }"}}}]';

  it('starts a job each time, until the agent is archived', async () => {
    await publish(running.client, definition('ticking', `schedule: {every: PT1S}\n${tasks}`));
    expect(await scheduleOf('ticking')).toMatchObject({ kind: 'EVERY', lastAt: null });
    await until('three ticks', async () => (await jobsOf({ agent: 'ticking' })).length >= 3);
    expect((await scheduleOf('ticking'))?.lastAt).not.toBeNull();
    const { agent } = await running.client.request(agentDocument, { name: 'ticking' });
    await running.client.request(archiveDocument, { input: { id: agent.id } });
    expect(await scheduleOf('ticking')).toBeNull();
    expect(await jobsOf({ agent: 'ticking' })).toSatisfy((jobs: readonly Seen[]) =>
      jobs.every(({ input }) => JSON.stringify(input) === '{}'),
    );
  });

  it('is replaced by that of the next version', async () => {
    await publish(running.client, definition('moving', `schedule: {cron: '0 3 * * *'}\n${tasks}`));
    const first = await scheduleOf('moving');
    expect(first).toMatchObject({ kind: 'CRON' });
    expect(first?.nextAt).toMatch(/T03:00:00\.000Z$/);
    await publish(running.client, definition('moving', `schedule: {every: P1D}\n${tasks}`));
    expect(await scheduleOf('moving')).toMatchObject({ kind: 'EVERY' });
    await publish(running.client, definition('moving', tasks));
    expect(await scheduleOf('moving')).toBeNull();
  });

  it('of after waits for the end of the job before', async () => {
    const body = `schedule: {after: PT1S}\ndo: [{w: {wait: PT0.5S}}]`;
    await publish(running.client, definition('resting', body));
    await until('two runs', async () => (await jobsOf({ agent: 'resting' })).length >= 2);
    const running_ = (await jobsOf({ agent: 'resting' })).filter(
      ({ state }) => state !== 'SUCCEEDED',
    );
    expect(running_.length).toBeLessThanOrEqual(1);
    await publish(running.client, definition('resting', tasks));
  });

  it('of on starts a job when its events have come, with them as its input', async () => {
    const filters = ['order.paid', 'order.packed'].map(
      (type) => `{with: {type: ${type}}, correlate: {order: {from: .data.order}}}`,
    );
    const body = `schedule: {on: {all: [${filters.join(', ')}]}, read: envelope}\n${tasks}`;
    await publish(running.client, definition('shipping', body));
    const event = (id: string, type: string, order: number) => ({
      ...{ id, type, source: '/test' },
      data: { order },
    });
    expect(await send(event('e1', 'order.paid', 1))).toMatchObject({ startedJobs: 0 });
    expect(await send(event('e2', 'order.packed', 2))).toMatchObject({ startedJobs: 0 });
    expect(await send(event('e3', 'order.packed', 1))).toMatchObject({ startedJobs: 1 });
    expect(await send(event('e3', 'order.packed', 1))).toMatchObject({ isNew: false });
    const [job, ...others] = await jobsOf({ agent: 'shipping' });
    expect(others).toEqual([]);
    expect(job?.input).toMatchObject([{ id: 'e1' }, { id: 'e3' }]);
  });
});

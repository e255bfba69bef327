import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import {
  publish,
  startTestPlatform,
  type TestPlatform,
  typed,
  untilState,
} from '../support/platform.ts';

const stack = new AsyncDisposableStack();
let peer: Loopback;
let running: TestPlatform;

beforeAll(async () => {
  peer = stack.use(
    await openLoopback((response, _request, count) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=600' });
      response.end(`rate ${String(count)}`);
    }),
  );
  running = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: peer.host }));
});
afterAll(() => stack.disposeAsync());

const create = typed<{
  readonly createIntegration: { readonly integration: { readonly id: string } };
}>(`mutation Create($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { integration { id } userErrors { message } } }`);
const update = typed(`mutation Update($input: UpdateIntegrationInput!) {
  updateIntegration(input: $input) { userErrors { message } } }`);
const setCredential = typed(`mutation Set($input: SetCredentialInput!) {
  setCredential(input: $input) { userErrors { message } } }`);
const invoke = typed<{
  readonly invokeIntegration: {
    readonly call: {
      readonly id: string;
      readonly cache: string;
      readonly breaker: string | null;
      readonly attempts: number;
      readonly timing: Readonly<Record<string, number | null>>;
    };
    readonly result: string;
  };
}>(`mutation Invoke($input: InvokeIntegrationInput!) {
  invokeIntegration(input: $input) {
    call { id cache breaker attempts timing { cacheMs placeMs answerMs } } result } }`);
const output = typed<{ readonly job: { readonly output: readonly string[] } }>(
  'query Output($id: ID!) { job(id: $id) { output } }',
);
const trail = typed<{
  readonly integration: {
    readonly auditTrail: { readonly nodes: readonly { readonly data: object }[] };
  };
}>(
  `query Trail($name: String!) { integration(name: $name) { auditTrail(first: 100) { nodes { data } } } }`,
);

const configOf = (more: object = {}) => ({
  baseUrl: peer.url,
  operations: [
    { name: 'rate', path: '/rate' },
    { name: 'newest', path: '/rate', cache: false },
    { name: 'setRate', path: '/rate', method: 'PUT' },
  ],
  ...more,
});

async function connect(name: string, config: object = configOf()): Promise<string> {
  const input = { name, kind: 'http', config };
  return (await running.client.request(create, { input })).createIntegration.integration.id;
}

async function call(integrationId: string, operation = 'rate') {
  const input = { integrationId, operation };
  const { invokeIntegration } = await running.client.request(invoke, { input });
  return { ...invokeIntegration.call, result: invokeIntegration.result };
}

async function operandi(...args: readonly string[]): Promise<string> {
  const env = {
    ...{ PATH: process.env['PATH'], OPERANDI_URL: running.platform.url },
    OPERANDI_API_KEY: running.platform.firstKey ?? '',
  };
  const main = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env });
  return stdout;
}

describe('calls of an integration whose answers may be kept', () => {
  it('say on record what was kept, and where their time went', async () => {
    const id = await connect('recorded');
    const first = await call(id);
    expect(first).toMatchObject({ cache: 'MISS', attempts: 1, breaker: 'CLOSED' });
    expect(first.timing['answerMs']).toBeGreaterThan(0);
    const second = await call(id);
    expect(second).toMatchObject({
      cache: 'HIT',
      attempts: 0,
      breaker: null,
      result: first.result,
    });
    expect(second.timing).toMatchObject({ placeMs: null, answerMs: null });
    expect(second.timing['cacheMs']).toEqual(expect.any(Number));
    const { integration } = await running.client.request(trail, { name: 'recorded' });
    const outcome = integration.auditTrail.nodes.find(
      ({ data }) => 'call' in data && data.call === second.id && 'cache' in data,
    );
    expect(outcome?.data).toMatchObject({ phase: 'outcome', cache: 'HIT', attempts: 0 });
  });

  it('ask the system where the task of a definition says so', async () => {
    await connect('fresh');
    const task = (name: string, more: string): string =>
      `  - ${name}: {call: integration, with: {integration: fresh, operation: rate${more}}, export: {as: '\${ {all: (($context.all // []) + [.])} }'}}`;
    const definition = `document: {dsl: '1.0.3', namespace: test, name: fresh, version: '1.0.0'}
do:
${task('first', '')}
${task('kept', '')}
${task('asked', ', cache: false')}
${task('again', '')}
output: {as: '\${ $context.all }'}`;
    await publish(running.client, definition);
    const { id } = await running.client.submit('fresh', {});
    await untilState(running.client, id, 'SUCCEEDED');
    const job = await running.client.request(output, { id });
    const [first, kept, asked, again] = job.job.output;
    expect(kept).toBe(first);
    expect(asked).not.toBe(first);
    expect(again).toBe(first);
  });

  it('use nothing that is from before a change of the configuration or the credential', async () => {
    const id = await connect('changed');
    await call(id);
    await running.client.request(update, { input: { id, config: configOf() } });
    expect(await call(id)).toMatchObject({ cache: 'MISS' });
    expect(await call(id)).toMatchObject({ cache: 'HIT' });
    const credential = { type: 'bearer', token: 'shown-to-nobody' };
    await running.client.request(setCredential, { input: { integrationId: id, credential } });
    expect(await call(id)).toMatchObject({ cache: 'MISS' });
  });

  it('are asked anew after the cache is cleared, which is counted and shown at the command line', async () => {
    const id = await connect('cleared');
    await call(id);
    await call(id);
    expect(await operandi('integrations', 'get', 'cleared')).toMatch(/cache +1 hits.* 1 misses/u);
    await operandi('integrations', 'clear-cache', 'cleared');
    expect(await call(id)).toMatchObject({ cache: 'MISS' });
    const { integration } = await running.client.request(trail, { name: 'cleared' });
    expect(integration.auditTrail.nodes.length).toBeGreaterThan(0);
  });

  it('go by the cache where the author says so, and forget what they change', async () => {
    const id = await connect('mixed');
    await call(id);
    expect(await call(id, 'newest')).toMatchObject({ cache: 'BYPASS', attempts: 1 });
    expect(await call(id)).toMatchObject({ cache: 'HIT' });
    expect(await call(id, 'setRate')).toMatchObject({ cache: 'BYPASS' });
    expect(await call(id)).toMatchObject({ cache: 'MISS' });
    const off = await connect('off', configOf({ cache: false }));
    for (let count = 0; count < 2; count += 1)
      expect(await call(off)).toMatchObject({ cache: 'BYPASS' });
  });

  it('share nothing with those of another integration', async () => {
    const [one, other] = [await connect('one'), await connect('other')];
    await call(one);
    expect(await call(other)).toMatchObject({ cache: 'MISS' });
  });
});

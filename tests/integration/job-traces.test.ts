import { afterAll, beforeAll, expect, it } from 'vitest';

import { openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { createClient } from '../../sdk/src/index.ts';
import { attributesOf, startCollector, type Collector } from '../support/collector.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const head = (name: string): string =>
  `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0' }\n`;
const traceOf = typed<{ readonly job: { readonly traceId: string | null } | null }>(
  'query Trace($id: ID!) { job(id: $id) { traceId } }',
);
const integrate = typed<unknown>(`mutation Integrate($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { userErrors { message } } }`);
const listen = typed<unknown>(`mutation Listen($input: CreateWebhookInput!) {
  createWebhook(input: $input) { userErrors { message } } }`);

let collector: Collector;
let peer: Loopback;
let running: TestPlatform;

beforeAll(async () => {
  collector = await startCollector();
  peer = await openLoopback((response) => {
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        choices: [{ message: { content: 'sunny' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 7, completion_tokens: 2 },
      }),
    );
  });
  running = await startTestPlatform({
    OPERANDI_EGRESS_ALLOW: peer.host,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  const { client } = running;
  await client.request(integrate, {
    input: {
      ...{ name: 'model', kind: 'llm' },
      config: {
        baseUrl: peer.url,
        operations: [{ name: 'say', model: 'small-1', instructions: 'Say how it is.' }],
      },
    },
  });
  await client.request(listen, {
    input: { url: `${peer.url}/told`, events: ['io.serverlessworkflow.workflow.completed.v1'] },
  });
  await publish(client, `${head('below')}do:\n  - done: { set: { ok: true } }\n`);
  await publish(
    client,
    `${head('above')}do:
  - ask: { call: http, with: { method: get, endpoint: '${peer.url}/asked' } }
  - say: { call: integration, with: { integration: model, operation: say, arguments: {} } }
  - run: { run: { workflow: { namespace: test, name: below, version: '1.0.0' } } }
`,
  );
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

const seenAt = (path: string): readonly (string | undefined)[] =>
  peer.seen
    .filter(({ url }) => url === path)
    .map(({ headers }) => headers['traceparent'] as string | undefined);

/** Submits as somebody who traces. */
async function submitTraced(agent: string): Promise<string> {
  await using client = createClient({
    url: running.platform.url,
    apiKey: running.platform.firstKey ?? '',
    hooks: {
      onRequest: ({ headers }) =>
        headers.set('traceparent', `00-${caller.traceId}-${caller.spanId}-01`),
    },
  });
  return (await client.submit(agent, {})).id;
}

it('a job, its calls, its children and what is told of it belong to the trace of who submitted it', async () => {
  const id = await submitTraced('above');
  await untilState(running.client, id, 'SUCCEEDED');
  await until('told of both jobs', () => Promise.resolve(seenAt('/told').length >= 2));
  const jobs = () =>
    collector.spans.filter(({ name, traceId }) => name === 'job' && traceId === caller.traceId);
  await until('spans of both jobs', () => Promise.resolve(jobs().length >= 2));

  const own = collector.spans.filter(({ traceId }) => traceId === caller.traceId);
  const ofJob = own.find((span) => attributesOf(span)['messaging.message.id'] === id);
  const above = own.find(({ spanId }) => spanId === ofJob?.parentSpanId);
  expect(above?.name).toBe('subgraph jobs');
  const calls = own.filter(({ name }) => name.startsWith('call '));
  expect(calls.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['call http', 'call integration']),
  );
  const asked = calls.find(({ name }) => name === 'call http');
  expect(seenAt('/asked')).toEqual([`00-${caller.traceId}-${asked?.spanId ?? ''}-01`]);
  for (const told of seenAt('/told')) expect(told).toContain(caller.traceId);
  const model = calls.find((span) => attributesOf(span)['gen_ai.request.model'] === 'small-1');
  expect(attributesOf(model)).toMatchObject({ 'gen_ai.operation.name': 'chat' });
  const { job } = await running.client.request(traceOf, { id });
  expect(job?.traceId).toBe(caller.traceId);
});

import { afterAll, beforeAll, expect, it } from 'vitest';

import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import {
  publish,
  startTestPlatform,
  type TestPlatform,
  typed,
  untilState,
} from '../support/platform.ts';

const stack = new AsyncDisposableStack();
/** How often each key has taken effect. */
const effects = new Map<string, number>();
let bank: Loopback;
let shop: Loopback;
let running: TestPlatform;

beforeAll(async () => {
  bank = stack.use(await openLoopback(answerBadly));
  shop = stack.use(await openLoopback((response) => json(response, { ok: true })));
  const allow = [bank.host, shop.host].join(',');
  running = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: allow }));
});
afterAll(() => stack.disposeAsync());

/** Five of twelve requests fail, before or after the effect, which a key has once; never two in a row, so that no pause grows. */
const answerBadly: Parameters<typeof openLoopback>[0] = (response, { headers }, count) => {
  const act = (): void => {
    const key = String(headers['idempotency-key']);
    if (!effects.has(key)) effects.set(key, 1);
  };
  switch (count % 12) {
    case 0:
      json(response, {}, 503);
      return;
    case 2:
      act();
      response.destroy();
      return;
    case 4:
      act();
      response.writeHead(200, { 'content-length': '900', 'content-type': 'application/json' });
      response.write('{"ok":', () => response.destroy());
      return;
    case 6:
      act();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":');
      return;
    case 8:
      response.setHeader('retry-after', '1');
      json(response, {}, 429);
      return;
    default:
      act();
      json(response, { ok: true });
  }
};

const create = typed<{ readonly createIntegration: { readonly userErrors: readonly object[] } }>(
  `mutation Create($input: CreateIntegrationInput!) {
    createIntegration(input: $input) { userErrors { field message } } }`,
);

async function connect(name: string, baseUrl: string): Promise<void> {
  const operations = [
    { name: 'act', path: '/act', method: 'POST', idempotencyHeader: 'Idempotency-Key' },
  ];
  const input = { name, kind: 'http', config: { baseUrl, operations } };
  const { createIntegration } = await running.client.request(create, { input });
  expect(createIntegration.userErrors).toEqual([]);
  await publish(
    running.client,
    `document: {dsl: '1.0.3', namespace: test, name: act-${name}, version: '1.0.0'}
do:
  - act:
      try:
        - ask: {call: integration, with: {integration: ${name}, operation: act}}
      catch:
        retry: {delay: PT0.1S, backoff: {constant: {}}, limit: {attempt: {count: 50}}}`,
  );
}

it('loses no job and doubles no effect at a system that fails in every way, and holds up no other', async () => {
  await connect('bank', bank.url);
  await connect('shop', shop.url);
  const submit = (agent: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => (await running.client.submit(agent, {})).id),
    );
  const payments = await submit('act-bank', 15);
  const orders = await submit('act-shop', 15);
  for (const id of orders) await untilState(running.client, id, 'SUCCEEDED');
  expect(shop.seen).toHaveLength(15);
  for (const id of payments) await untilState(running.client, id, 'SUCCEEDED');
  const keys = new Set(bank.seen.map(({ headers }) => headers['idempotency-key']));
  expect(keys.size).toBe(15);
  expect(effects.size).toBe(15);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask } from '../support/attack.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { openAccepted, openSocket, type TestSocket } from '../support/socket.ts';
import { makeObjects } from '../support/tenant-objects.ts';
import { until } from '../support/until.ts';
import { contextFor } from '../support/verb-context.ts';

const most = 20;
const stack = new AsyncDisposableStack();
let product: RunningProduct;
let tenant: TestTenant;
let jobId: string;

beforeAll(async () => {
  const environment = {
    OPERANDI_MAX_SUBSCRIPTIONS_PER_KEY: String(most),
    OPERANDI_MAX_SUBSCRIPTIONS_PER_TENANT: String(2 * most),
  };
  product = stack.use(await startRunningProduct({ environment }));
  tenant = await product.newTenant();
  const context = contextFor(product.services, tenant.id);
  ({ job: jobId } = await makeObjects(context, product.peer.url));
});
afterAll(() => stack.disposeAsync());

const open = async (credential = tenant.admin): Promise<TestSocket> =>
  openAccepted(product.url, { authorization: `Bearer ${credential}` });

const changes = { query: 'subscription { jobChanges { cursor } }' };

describe('a socket', () => {
  it('attack 35: that asks before it is let in is closed', async () => {
    await using socket = await openSocket(product.url);
    socket.send({ type: 'subscribe', id: '1', payload: changes });
    expect(await socket.closed).toBe(4401);
  });

  it.each(['none', 'opk_live_0000000000000000_0'])(
    'attack 35: with a credential that is %s is closed',
    async (credential) => {
      await using socket = await openSocket(product.url);
      const payload = credential === 'none' ? {} : { authorization: `Bearer ${credential}` };
      socket.send({ type: 'connection_init', payload });
      expect([4401, 4403]).toContain(await socket.closed);
    },
  );

  it('attack 35: that says who it is twice is closed', async () => {
    await using socket = await open();
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toBe(4429);
  });

  it('attack 35: that gives two subscriptions one id is closed', async () => {
    await using socket = await open();
    socket.send({ type: 'subscribe', id: '1', payload: changes });
    socket.send({ type: 'subscribe', id: '1', payload: changes });
    expect(await socket.closed).toBe(4409);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['no message of the protocol', '{"type":"launch"}'],
  ])('attack 35: that sends %s is closed', async (_, message) => {
    await using socket = await open();
    socket.send(message);
    expect(await socket.closed).toBe(4400);
  });

  it('attack 35: that sends 20 MB in one message is closed', async () => {
    await using socket = await open();
    socket.send({ type: 'ping', payload: { fill: 'x'.repeat(20_000_000) } });
    expect(await socket.closed).toBe(1009);
  });

  it('attack 35: asks queries within the same limits', async () => {
    await using socket = await open();
    socket.send({ type: 'subscribe', id: '1', payload: { query: '{ viewer { kind } }' } });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: {} } } });
    expect(await socket.next()).toMatchObject({ type: 'complete', id: '1' });
    const aliases = Array.from({ length: 2_000 }, (_, n) => `a${n}: viewer { kind }`).join(' ');
    socket.send({ type: 'subscribe', id: '2', payload: { query: `{ ${aliases} }` } });
    expect(await socket.next()).toMatchObject({ type: 'error', id: '2' });
  });

  it('attack 35: opens no more subscriptions than its key may, and takes none from other keys', async () => {
    const { secret } = await product.newKey(tenant.id);
    const { secret: beside } = await product.newKey(tenant.id);
    await using socket = await open(secret);
    for (let n = 0; n < 100 * most; n += 1)
      socket.send({ type: 'subscribe', id: String(n), payload: changes });
    for (let n = most; n < 100 * most; n += 1) {
      const { type, payload } = await socket.next();
      expect([type, JSON.stringify(payload)]).toEqual([
        'error',
        expect.stringMatching(/RATE_LIMITED|LIMIT_EXCEEDED/),
      ]);
    }
    expect(socket.isOpen).toBe(true);
    await using other = await open(beside);
    other.send({
      type: 'subscribe',
      id: '1',
      payload: { query: `subscription { jobEvents(jobId: "${jobId}") { seq } }` },
    });
    expect(await other.next()).toMatchObject({ type: 'next', id: '1' });
  });
});

describe('a stream', () => {
  it('attack 37: goes on behind the cursor, with nothing lost and nothing twice', async () => {
    const events = async (after: string | null, count: number) => {
      await using socket = await open();
      const query =
        'subscription ($id: ID!, $after: String) { jobEvents(jobId: $id, after: $after) { seq cursor } }';
      socket.send({
        type: 'subscribe',
        id: '1',
        payload: { query, variables: { id: jobId, after } },
      });
      const heard: { readonly seq: number; readonly cursor: string }[] = [];
      while (heard.length < count) {
        const { payload } = await socket.next();
        const [, seq, cursor = ''] =
          /"seq":(\d+),"cursor":"([^"]+)"/.exec(JSON.stringify(payload)) ?? [];
        heard.push({ seq: Number(seq), cursor });
      }
      return heard;
    };
    const total = await until('the job waits', async () => {
      const { text } = await ask(product.url, tenant.admin, {
        query: 'query ($id: ID!) { job(id: $id) { state events(first: 100) { nodes { seq } } } }',
        variables: { id: jobId },
      });
      return text.includes('WAITING') ? [...text.matchAll(/"seq"/g)].length : undefined;
    });
    const all = await events(null, total);
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
    for (const [at, { cursor }] of all.slice(0, -1).entries())
      expect(await events(cursor, total - at - 1)).toEqual(all.slice(at + 1));
  });
});

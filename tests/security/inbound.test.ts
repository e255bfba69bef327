import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { ask, send, type Heard } from '../support/attack.ts';
import { signGithub, signStandard, signStripe, type SignedMessage } from '../support/inbound.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;

beforeAll(async () => {
  product = stack.use(await startRunningProduct());
});
afterAll(() => stack.disposeAsync());

interface Endpoint {
  readonly tenantId: string;
  readonly admin: string;
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

const creation = `mutation ($input: CreateInboundWebhookInput!) {
  createInboundWebhook(input: $input) { inboundWebhook { id path } secret userErrors { message } } }`;

async function endpoint(scheme: string): Promise<Endpoint> {
  const { id: tenantId, admin } = await product.newTenant();
  const given = scheme === 'STRIPE' ? 'whsec_of-the-sender' : undefined;
  const input: JsonObject = { name: 'sender', scheme, ...(given && { secret: given }) };
  const { data, text } = await ask(product.url, admin, { query: creation, variables: { input } });
  const told = JSON.parse(JSON.stringify(data)) as {
    createInboundWebhook: { inboundWebhook: { id: string; path: string }; secret: string | null };
  };
  const { inboundWebhook, secret } = told.createInboundWebhook;
  expect(text).toContain('"userErrors":[]');
  return {
    ...{ tenantId, admin, id: inboundWebhook.id, secret: secret ?? given ?? '' },
    url: new URL(inboundWebhook.path, product.url).href,
  };
}

const post = (url: string, message: SignedMessage, from?: string): Promise<Heard> =>
  send(url, { ...message, ...(from && { from }) });

/** The answer as anybody may tell it from another. */
const told = ({ status, type, text }: Heard) => ({ status, type, text });
const refused = { status: 401, type: 'text/plain; charset=utf-8', text: 'refused' };
const taken = { status: 200, type: 'text/plain; charset=utf-8', text: '' };

async function idsOf({ tenantId }: Endpoint): Promise<readonly string[]> {
  const { rows } = await product.services.database.pool.query<{ id: string }>(
    'select event_id as id from jobs.inbound_event where tenant_id = $1 order by position',
    [tenantId],
  );
  return rows.map(({ id }) => id);
}

describe('webhooks of senders', () => {
  it('attack 46: that are forged, old, changed or to nobody are refused in one way, and replayed ones happen once', async () => {
    const sender = await endpoint('STANDARD');
    const { secret, url } = sender;
    const other = await endpoint('STANDARD');
    const good = signStandard({ secret, body: '{"type":"a","n":1}', id: 'm-1' });
    const { 'webhook-signature': signature, ...unsigned } = good.headers;
    const old = new Date(Date.now() - 301_000);
    const bad: readonly [string, SignedMessage][] = [
      [url, { ...good, headers: unsigned }],
      [url, { ...good, headers: { ...good.headers, 'webhook-signature': `${signature}A` } }],
      [url, { ...good, headers: { ...good.headers, 'webhook-id': 'm-2' } }],
      [url, { ...good, headers: { ...good.headers, 'webhook-timestamp': '1' } }],
      [url, { ...good, body: '{"type":"a","n":2}' }],
      [url, { ...good, body: '{"n":1,"type":"a"}' }],
      [url, signStandard({ secret, body: '{}', at: old })],
      [url, signStandard({ secret: other.secret, body: '{}' })],
      [other.url, good],
      [url.replace(sender.id, other.id), good],
      [url.replace(sender.id, newId()), good],
      [url.replace(sender.tenantId, newId()), good],
      [`${url}/more`, good],
      [new URL('/inbound/nobody', url).href, good],
    ];
    for (const [address, message] of bad)
      expect(told(await post(address, message))).toEqual(refused);
    expect(await idsOf(sender)).toEqual([]);
    // Replayed and out of order, each happens once.
    const later = signStandard({ secret, body: '{"type":"b"}', id: 'm-0' });
    for (const message of [later, good, good, later, good])
      expect(told(await post(url, message))).toEqual(taken);
    expect(await idsOf(sender)).toEqual(['m-0', 'm-1']);
    expect(await idsOf(other)).toEqual([]);
  });

  it('attack 46: by either of two secrets are taken while the sender changes them', async () => {
    const sender = await endpoint('STANDARD');
    const query = `mutation ($input: RotateInboundWebhookSecretInput!) {
      rotateInboundWebhookSecret(input: $input) { secret userErrors { message } } }`;
    const rotated = await ask(product.url, sender.admin, {
      query,
      variables: { input: { id: sender.id } },
    });
    const [, next = ''] = /"secret":"([^"]+)"/.exec(rotated.text) ?? [];
    for (const [secret, id] of [
      [sender.secret, 'old'],
      [next, 'new'],
    ] as const) {
      const message = signStandard({ secret, body: '{}', id });
      expect(told(await post(sender.url, message))).toEqual(taken);
    }
    expect(await idsOf(sender)).toEqual(['old', 'new']);
  });

  it('attack 46: that are forged again and again lock their address out there, and neither others nor elsewhere', async () => {
    const [sender, other] = [await endpoint('GITHUB'), await endpoint('GITHUB')];
    const forged = signGithub({ secret: 'guessed-again-and-again', body: '{}' });
    const from = '127.0.0.9';
    const statuses = [];
    for (let tries = 0; tries < 23; tries += 1)
      statuses.push((await post(sender.url, forged, from)).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    const good = (one: Endpoint) => signGithub({ secret: one.secret, body: '{"n":1}' });
    expect((await post(sender.url, good(sender))).status).toBe(200);
    expect((await post(other.url, good(other), from)).status).toBe(200);
  });

  it('come as POST, as they were signed, and of at most a mebibyte', async () => {
    const { url, secret } = await endpoint('STRIPE');
    const good = signStripe({ secret, body: '{"id":"evt_1"}' });
    expect((await send(url, { method: 'GET' })).status).toBe(405);
    const packed = { ...good, headers: { ...good.headers, 'content-encoding': 'gzip' } };
    expect((await post(url, packed)).status).toBe(415);
    const large = signStripe({ secret, body: JSON.stringify({ text: 'x'.repeat(1_100_000) }) });
    expect((await post(url, large)).status).toBe(413);
    const full = signStripe({ secret, body: JSON.stringify({ text: 'x'.repeat(1_000_000) }) });
    expect((await post(url, full)).status).toBe(200);
  });

  it('that never end, or go to addresses that somebody makes up, are in the way of no others', async () => {
    const sender = await endpoint('GITHUB');
    const proof = signGithub({ secret: sender.secret, body: '{"n":0}' });
    expect((await post(sender.url, proof)).status).toBe(200);
    const { hostname, port, pathname } = new URL(sender.url);
    const slow: Socket[] = [];
    for (let count = 0; count < 20; count += 1) {
      const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.8' });
      await once(socket, 'connect');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n${'x'.repeat(1_000)}`,
      );
      slow.push(socket);
    }
    const madeUp = Array.from({ length: 200 }, () =>
      post(sender.url.replace(sender.id, newId()), proof, '127.0.0.7').then(({ status }) => status),
    );
    const genuine = Array.from({ length: 30 }, (_, n) =>
      post(sender.url, signGithub({ secret: sender.secret, body: `{"n":${String(n)}}` })).then(
        ({ status }) => status,
      ),
    );
    expect(new Set(await Promise.all(genuine))).toEqual(new Set([200]));
    expect((await Promise.all(madeUp)).every((status) => status !== 200)).toBe(true);
    for (const socket of slow) socket.destroy();
    expect(await idsOf(sender)).toHaveLength(30);
  });

  it('are handed on by the gateway alone: the API has no such operation, and the port takes no caller for a sender', async () => {
    const { admin } = await product.newTenant();
    const query = 'mutation { receiveWebhook(input: {headers: {}, body: ""}) { status } }';
    const asked = await ask(product.url, admin, { query });
    expect(asked.codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(asked.text).not.toContain('ReceivedWebhook');
    const direct = await ask(product.subgraphUrls.jobs, admin, { query });
    expect(direct.codes).toEqual(['UNAUTHENTICATED']);
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createBatchCollector } from '../../connectors/batching.ts';
import type { CallResult, Connector } from '../../connectors/connector.ts';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { createHttpConnector } from '../../connectors/http/http-connector.ts';
import { createConsentFlow } from '../../connectors/parts/consent-flow.ts';
import { createMemoryTokens } from '../../connectors/parts/memory-tokens.ts';
import { defaultLimits } from '../../connectors/egress/policy.ts';
import { createWorkflowHttp } from '../../connectors/workflow-http/workflow-http.ts';
import { AppError } from '../../kernel/errors.ts';
import {
  answer,
  brokenAnswers,
  type HostilePeer,
  oddAnswers,
  openHostilePeer,
  type Play,
} from '../support/hostile-peer.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

const tokens = createMemoryTokens();
let peer: HostilePeer;
let redirect: Play | undefined;
let egress: Egress;
let connector: Connector;

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note);
  peer = await openHostilePeer(
    new Map<string, Play>([
      ...brokenAnswers,
      ...oddAnswers,
      ['redirect', (socket) => redirect?.(socket)],
    ]),
  );
  egress = createEgress({ allow: [peer.host], random: () => 0, breaker: { consecutive: 1e6 } });
  const consent = createConsentFlow({ egress });
  connector = createHttpConnector({ egress, batches: createBatchCollector(), tokens, consent });
});

afterEach(() => {
  expect(unhandled.splice(0)).toEqual([]);
});

afterAll(async () => {
  await egress[Symbol.asyncDispose]();
  process.off('uncaughtExceptionMonitor', note);
  await peer[Symbol.asyncDispose]();
});

it.each([...brokenAnswers.keys()])('%s fails alone, as an error of the peer', async (play) => {
  const [broken, ...beside] = await Promise.allSettled([
    callAs('bad', play),
    callAs('good', 'fine'),
    callAs('good', 'fine too'),
  ]);
  expect(broken).toMatchObject({
    reason: {
      name: 'IntegrationError',
      message: expect.stringMatching(/^peer of bad /u) as unknown,
    },
  });
  expect(beside).toMatchObject([
    { value: { value: { ok: true } } },
    { value: { value: { ok: true } } },
  ]);
});

it.each([...brokenAnswers.keys()])(
  '%s instead of a token fails the call that needs one',
  async (play) => {
    const http = createWorkflowHttp({ egress });
    const properties = {
      authority: `http://${peer.host}`,
      grant: 'client_credentials',
      client: { id: 'i', secret: 's' },
      endpoints: { token: `/${encodeURIComponent(play)}` },
    };
    const request = {
      method: 'GET',
      uri: `http://${peer.host}/fine`,
      headers: {},
      redirect: 'manual',
    };
    // A tenant of its own: the pauses that other answers have earned would be waited for.
    const tenantId = `bad at ${play}`;
    const bad = { ...request, authentication: { scheme: 'oauth2', properties } };
    await expect(
      http.call(bad, { tenantId, signal: AbortSignal.timeout(10_000) }),
    ).rejects.toBeInstanceOf(AppError);
    const good = await http.call(request, {
      tenantId: 'good',
      signal: AbortSignal.timeout(10_000),
    });
    expect(good).toMatchObject({ statusCode: 200 });
  },
);

it('a peer that speaks no TLS is a fault of the peer', async () => {
  const plain = createServer((socket) => {
    socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const host = `127.0.0.1:${String((plain.address() as AddressInfo).port)}`;
  const own = createEgress({ allow: [host] });
  const policy = { key: 'bad', name: host, limits: { ...defaultLimits, maxAttempts: 1 } };
  const request = { method: 'GET', url: `https://${host}/` };
  const failed = own.request(policy, request, AbortSignal.timeout(5_000));
  await expect(failed).rejects.toMatchObject({
    name: 'IntegrationError',
    cause: expect.any(Error) as unknown,
  });
  await own[Symbol.asyncDispose]();
  plain.close();
});

it.each([
  'http://[nonsense',
  'http://',
  '::::',
  'file:///etc/hosts',
  'javascript:alert(1)',
  '\u00ff\u00fe',
  '/a'.repeat(10_000),
])('a redirect to %.20j ends as an answer or a refusal', async (location) => {
  const request = { method: 'GET', url: `http://${peer.host}/redirect`, maxRedirects: 5 };
  const policy = { key: 'bad', name: 'bad', limits: defaultLimits };
  redirect = answer('', `location: ${location}`, '302 Found');
  const outcome = await egress.request(policy, request, AbortSignal.timeout(5_000)).then(
    ({ status }) => status,
    (error: unknown) => error,
  );
  expect(outcome === 302 || outcome === 200 || outcome instanceof AppError).toBe(true);
});

it.each([...oddAnswers.keys()])('%s is an answer', async (play) => {
  await expect(callAs('odd', play)).resolves.toMatchObject({ value: { ok: true } });
});

it('closes the socket of a broken answer', async () => {
  const before = peer.open;
  const fresh = createEgress({
    allow: [peer.host],
    random: () => 0,
    breaker: { consecutive: 1e6 },
  });
  const own = createHttpConnector({
    ...{ egress: fresh, batches: createBatchCollector(), tokens },
    consent: createConsentFlow({ egress: fresh }),
  });
  for (const play of brokenAnswers.keys()) await callAs('bad', play, own).catch(() => undefined);
  // Answers that were read to their end may leave one socket for the next call.
  await expect.poll(() => peer.open).toBeLessThanOrEqual(before + 1);
  await fresh[Symbol.asyncDispose]();
  await expect.poll(() => peer.open).toBeLessThanOrEqual(before);
});

function callAs(tenantId: string, play: string, by: Connector = connector): Promise<CallResult> {
  const config = {
    baseUrl: `http://${peer.host}`,
    operations: [{ name: 'play', path: '/{play}', arguments: { play: { type: 'string' } } }],
    limits: { maxResponseBytes: 1_000_000, maxAttempts: 1, timeoutMs: 3_000 },
  };
  return by.invoke(
    { config, operation: 'play', arguments: { play } },
    {
      tenantId,
      integrationId: 'same',
      integrationName: `peer of ${tenantId}`,
      credential: undefined,
      credentialVersion: 0,
      signal: AbortSignal.timeout(15_000),
    },
  );
}

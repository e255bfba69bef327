import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createBatchCollector } from '../../connectors/batching.ts';
import type { CallResult, Connector } from '../../connectors/connector.ts';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { createHttpConnector } from '../../connectors/http/http-connector.ts';
import {
  brokenAnswers,
  type HostilePeer,
  oddAnswers,
  openHostilePeer,
} from '../support/hostile-peer.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

let peer: HostilePeer;
let egress: Egress;
let connector: Connector;

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', note);
  peer = await openHostilePeer(new Map([...brokenAnswers, ...oddAnswers]));
  egress = createEgress({ allow: [peer.host], random: () => 0, breaker: { consecutive: 1e6 } });
  connector = createHttpConnector({ egress, batches: createBatchCollector() });
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
  const own = createHttpConnector({ egress: fresh, batches: createBatchCollector() });
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

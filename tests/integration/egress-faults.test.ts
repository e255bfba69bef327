import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../../connectors/egress/policy.ts';
import { type Fault, openFaultProxy } from '../../connectors/testing/fault-proxy.ts';
import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import { openTlsFront } from '../../connectors/testing/tls-front.ts';
import { createAuthority } from '../support/certificates.ts';
import {
  caughtUp,
  type EgressWorker,
  openEgressWorkers,
  statesOf,
} from '../support/egress-workers.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';

const stack = new AsyncDisposableStack();
let redis: RedisServer | undefined;
let healthy: Loopback;

beforeAll(async () => {
  redis = await startRedis();
  if (redis !== undefined) stack.use(redis);
  healthy = stack.use(await openLoopback((response) => json(response, { ok: true })));
});
afterAll(() => stack.disposeAsync());

let closing = new AsyncDisposableStack();
afterEach(async () => {
  await closing.disposeAsync();
  closing = new AsyncDisposableStack();
});

const maxResponseBytes = 100_000;
const consecutive = 8;
const bomb = gzipSync(Buffer.alloc(20_000_000));

type Answer = Parameters<typeof openLoopback>[0];

/** What is wrong with the system, and how long a try may take. */
interface Failing {
  readonly fault?: Fault;
  readonly answer?: Answer;
  readonly timeoutMs?: number;
}

const well: Answer = (response) => json(response, { ok: true });

const failing: readonly (readonly [title: string, failing: Failing])[] = [
  ['answers each call with 500', { answer: (response) => json(response, {}, 500) }],
  ['hangs', { fault: 'hang', timeoutMs: 150 }],
  ['drips', { fault: 'drip', timeoutMs: 150 }],
  ['resets the connection in the middle of its answer', { fault: 'reset' }],
  ['talks without end', { fault: 'flood' }],
  [
    'answers with a bomb',
    { answer: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb) },
  ],
  ['answers with more than anybody takes', { answer: (response) => pour(response) }],
];

/** Writes on until it is cut off. */
function pour(response: Parameters<Answer>[0]): void {
  const chunk = Buffer.alloc(65_536, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

const policyOf = (key: string, timeoutMs = 20_000): ConnectionPolicy => ({
  ...{ key, name: 'bank' },
  limits: { ...defaultLimits, maxResponseBytes, timeoutMs },
});

async function openWorkers(allow: readonly string[]): Promise<readonly EgressWorker[]> {
  const breaker = { consecutive, pauseMs: 60_000 };
  const options = { breaker, random: () => 0, allow: [healthy.host, ...allow] };
  return openEgressWorkers(4, { url: redis?.url ?? '', closing, options });
}

/** One that says what it failed with instead of waiting for the end of a pause. */
function post({ egress }: EgressWorker, policy: ConnectionPolicy, url: string) {
  const deadlineAt = performance.now() + 30_000;
  const request = { method: 'POST', url, deadlineAt, isRepeatable: isKeyed(policy) };
  return egress.request(policy, request, AbortSignal.timeout(60_000));
}

const isKeyed = ({ key }: ConnectionPolicy) => key === 'tenant/flaky';
const undisturbed = (workers: readonly EgressWorker[]) =>
  Promise.all(workers.map((worker) => post(worker, policyOf('tenant/healthy'), healthy.url)));

describe('a system that', () => {
  it.each(failing)(
    '%s is called eight times by four workers together, and no other system less',
    async (title, { fault = 'none', answer = well, timeoutMs }) => {
      if (redis === undefined) return;
      const peer = closing.use(await openLoopback(answer));
      const proxy = closing.use(
        await openFaultProxy({ host: '127.0.0.1', port: Number(new URL(peer.url).port) }),
      );
      proxy.fault = fault;
      const workers = await openWorkers([proxy.host]);
      const policy = policyOf(`tenant/${title}`, timeoutMs);
      statesOf(workers, policy);
      const url = `http://${proxy.host}/`;
      const worked: unknown[] = [];
      for (const worker of [...workers, ...workers]) {
        const tried = await post(worker, policy, url).catch((error: unknown) => error);
        expect(tried).toMatchObject(
          fault === 'none' && answer === failing[0]?.[1].answer
            ? { status: 500 }
            : { code: 'INTEGRATION_FAILED' },
        );
        worked.push(...(await undisturbed(workers)));
        await caughtUp(workers, worker);
      }
      expect(statesOf(workers, policy)).toEqual(new Set(['OPEN']));
      const sent = proxy.received;
      for (const worker of workers)
        await expect(post(worker, policy, url)).rejects.toThrow('calls to it are paused');
      expect(proxy.received).toBe(sent);
      expect(worked).toHaveLength(consecutive * workers.length);
      expect(statesOf(workers, policyOf('tenant/healthy'))).toEqual(new Set(['CLOSED']));
    },
  );

  it('shows a certificate that has expired is heard eight times by four workers together, and told nothing', async (context) => {
    if (redis === undefined) return context.skip();
    const authority = closing.use(await createAuthority());
    const files = await authority.issue('bank', { san: 'IP:127.0.0.1', isExpired: true });
    const identity = { cert: await readFile(files.certFile), key: await readFile(files.keyFile) };
    const before = getCACertificates('default');
    closing.defer(() => setDefaultCACertificates(before));
    setDefaultCACertificates([...before, await readFile(authority.caFile, 'utf8')]);
    const { hostname: host, port } = new URL(healthy.url);
    const front = closing.use(await openTlsFront({ host, port: Number(port) }, identity));
    const workers = await openWorkers([front.host]);
    const policy = policyOf('tenant/expired');
    statesOf(workers, policy);
    for (const worker of [...workers, ...workers]) {
      await expect(post(worker, policy, `https://${front.host}/`)).rejects.toThrow(
        'shows a certificate that is not trusted (CERT_HAS_EXPIRED)',
      );
      await caughtUp(workers, worker);
    }
    expect(statesOf(workers, policy)).toEqual(new Set(['OPEN']));
    expect(front.received).toBe(0);
    expect(await undisturbed(workers)).toHaveLength(workers.length);
  });

  it('comes to be called by an inner address is not called, and pauses nobody', async () => {
    const peer = closing.use(
      await openLoopback((response) => response.writeHead(200, { connection: 'close' }).end()),
    );
    const { port } = new URL(peer.url);
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    const resolve = () => Promise.resolve(answers.shift() ?? ['10.0.0.1']);
    const allow = [healthy.host, `127.0.0.1:${port}`];
    const egress = closing.use(createEgress({ allow, resolve, breaker: { consecutive } }));
    const url = `http://rebind.example:${port}/`;
    const policy = policyOf('tenant/rebinding');
    const ask = () => egress.request(policy, { method: 'POST', url }, AbortSignal.timeout(60_000));
    expect(await ask()).toMatchObject({ status: 200 });
    for (let count = 0; count < 2 * consecutive; count += 1)
      await expect(ask()).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    expect(peer.seen).toHaveLength(1);
    expect(egress.health(policy).breaker).toBe('CLOSED');
  });

  it('fails at three of ten calls in the long run gets a fifth more requests than calls at most', async () => {
    const peer = closing.use(
      await openLoopback((response, _request, count) =>
        json(response, {}, [0, 3, 6].includes(count % 10) ? 503 : 200),
      ),
    );
    const egress = closing.use(createEgress({ allow: [peer.host], random: () => 0 }));
    const policy = policyOf('tenant/flaky');
    const calls = 400;
    const statuses: number[] = [];
    for (let count = 0; count < calls; count += 1) {
      const request = { method: 'GET', url: `${peer.url}/${String(count)}` };
      statuses.push((await egress.request(policy, request, AbortSignal.timeout(60_000))).status);
    }
    // What is put by before anything fails is for ten.
    expect(peer.seen.length).toBeLessThanOrEqual(calls * 1.2 + 10);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(calls * 0.7);
    expect(egress.health(policy).breaker).toBe('CLOSED');
  });

  it('refuses each call for now is asked once by each worker until then', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(
      await openLoopback((response) => {
        response.setHeader('retry-after', '50');
        json(response, {}, 429);
      }),
    );
    const workers = await openWorkers([peer.host]);
    const policy = policyOf('tenant/storm');
    for (const worker of workers)
      expect(await post(worker, policy, peer.url)).toMatchObject({ status: 429 });
    for (const worker of [...workers, ...workers])
      await expect(post(worker, policy, peer.url)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(peer.seen).toHaveLength(workers.length);
    expect(statesOf(workers, policy)).toEqual(new Set(['CLOSED']));
    expect(await undisturbed(workers)).toHaveLength(workers.length);
  });

  it('fails at three of ten calls is called on, and those that may be repeated all come to their answer', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(
      await openLoopback((response, _request, count) =>
        json(response, {}, [0, 3, 6].includes(count % 10) ? 503 : 200),
      ),
    );
    const workers = await openWorkers([peer.host]);
    const policy = policyOf('tenant/flaky');
    const calls = 60;
    const answers: number[] = [];
    for (let count = 0; count < calls; count += 1) {
      const worker = workers[count % workers.length];
      if (worker !== undefined) answers.push((await post(worker, policy, peer.url)).status);
    }
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(statesOf(workers, policy)).toEqual(new Set(['CLOSED']));
    // Each call has at most one retry here, as no two requests in a row fail.
    expect(peer.seen.length).toBeLessThan(calls * 1.5);
  });
});

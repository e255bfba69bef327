import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { BreakerOptions } from '../../connectors/egress/circuit.ts';
import { type ConnectionPolicy, defaultLimits } from '../../connectors/egress/policy.ts';
import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import {
  caughtUp,
  type EgressWorker,
  openEgressWorkers,
  statesOf as statesOfPolicy,
} from '../support/egress-workers.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let redis: RedisServer | undefined;

beforeAll(async () => {
  redis = await startRedis();
  if (redis !== undefined) stack.use(redis);
});
afterAll(() => stack.disposeAsync());

let closing = new AsyncDisposableStack();
afterEach(async () => {
  await closing.disposeAsync();
  closing = new AsyncDisposableStack();
});

function openWorkers(peer: Loopback, breaker: BreakerOptions, count = 4) {
  const options = { allow: [peer.host], breaker };
  return openEgressWorkers(count, { url: redis?.url ?? '', closing, options });
}

const policyOf = (key: string): ConnectionPolicy => ({ key, name: 'bank', limits: defaultLimits });
const statesOf = (workers: readonly EgressWorker[], key: string) =>
  statesOfPolicy(workers, policyOf(key));

/** Waits for the end of any pause, unless it is hurried. */
function call(
  { egress }: EgressWorker,
  peer: Loopback,
  { key, hurriedMs }: { readonly key: string; readonly hurriedMs?: number },
) {
  const deadlineAt = hurriedMs === undefined ? Infinity : performance.now() + hurriedMs;
  const request = { method: 'POST', url: peer.url, deadlineAt };
  return egress.request(policyOf(key), request, AbortSignal.timeout(60_000));
}

const hurried = (key: string) => ({ key, hurriedMs: 20_000 });
describe('the breaker of a connection', () => {
  it('opens after as many failures over all workers as in one, for this connection alone', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(
      await openLoopback((response, _request, count) => json(response, {}, count > 8 ? 200 : 503)),
    );
    const workers = await openWorkers(peer, { consecutive: 8, pauseMs: 60_000 });
    // The state of each is kept from its first use on.
    statesOf(workers, 'tenant/opens');
    for (const worker of [...workers, ...workers]) {
      await call(worker, peer, hurried('tenant/opens'));
      await caughtUp(workers, worker);
    }
    expect(statesOf(workers, 'tenant/opens')).toEqual(new Set(['OPEN']));
    for (const worker of workers)
      await expect(call(worker, peer, hurried('tenant/opens'))).rejects.toMatchObject({
        message: 'bank answered with status 503; it fails repeatedly and calls to it are paused',
        attempts: 0,
      });
    expect(peer.seen).toHaveLength(8);
    for (const key of ['tenant/other', 'other/opens'])
      for (const worker of workers)
        expect(await call(worker, peer, hurried(key))).toMatchObject({ status: 200 });
  });

  it('is known to who comes later, also to one that only asks', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(await openLoopback((response) => json(response, {}, 503)));
    const breaker = { consecutive: 1, pauseMs: 60_000 };
    const [first] = await openWorkers(peer, breaker, 1);
    if (first === undefined) throw new Error('no worker');
    await call(first, peer, hurried('tenant/later'));
    const [later] = await openWorkers(peer, breaker, 1);
    if (later === undefined) throw new Error('no worker');
    await until('it is remembered', async () => {
      const states = await later.egress.standing(['tenant/later', 'other/later']);
      return states.join(' ') === 'OPEN CLOSED';
    });
    await until('it is learnt', () => statesOf([later], 'tenant/later').has('OPEN'));
    await expect(call(later, peer, hurried('tenant/later'))).rejects.toThrow('are paused');
    expect(peer.seen).toHaveLength(1);
  });

  it('is tried by one worker at a time, whose answer counts for all', async (context) => {
    if (redis === undefined) return context.skip();
    const held: ((status: number) => void)[] = [];
    const peer = closing.use(
      await openLoopback((response, _request, count) => {
        if (count === 1) json(response, {}, 503);
        else held.push((status) => json(response, {}, status));
      }),
    );
    const workers = await openWorkers(peer, { consecutive: 1, pauseMs: 100 });
    const [first] = workers;
    if (first === undefined) throw new Error('no worker');
    const key = 'tenant/probed';
    statesOf(workers, key);
    await call(first, peer, hurried(key));
    await caughtUp(workers, first);
    // The pause may be over by now.
    expect(statesOf(workers, key)).not.toContain('CLOSED');
    const calls = workers.map((worker) => call(worker, peer, { key }));
    const refused = () => workers.filter(({ asked }) => asked.includes(false)).length;
    await until('three were refused', () => refused() === 3);
    await until('one tries', () => held.length === 1);
    expect(peer.seen).toHaveLength(2);
    held.pop()?.(503);
    await until('another tries', () => held.length === 1);
    expect(peer.seen).toHaveLength(3);
    held.pop()?.(200);
    await until('all go on', () => {
      for (const release of held.splice(0)) release(200);
      return statesOf(workers, key).has('CLOSED') && peer.seen.length === 5;
    });
    for (const release of held.splice(0)) release(200);
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 503]);
    expect(statesOf(workers, key)).toEqual(new Set(['CLOSED']));
  });

  it('stays closed where another worker is answered well in between', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(
      await openLoopback((response, _request, count) =>
        json(response, {}, count === 3 ? 200 : 503),
      ),
    );
    const workers = await openWorkers(peer, { consecutive: 3, pauseMs: 60_000 }, 2);
    const [first, second] = workers;
    if (first === undefined || second === undefined) throw new Error('no workers');
    statesOf(workers, 'tenant/mixed');
    for (const worker of [first, first, second, first, first]) {
      await call(worker, peer, hurried('tenant/mixed'));
      await caughtUp(workers, worker);
    }
    expect(statesOf(workers, 'tenant/mixed')).toEqual(new Set(['CLOSED']));
  });

  it('is each worker’s own while Redis is away', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(
      await openLoopback((response, _request, count) => json(response, {}, count > 2 ? 200 : 503)),
    );
    const workers = await openWorkers(peer, { consecutive: 2, pauseMs: 2_000 }, 2);
    const [first, second] = workers;
    if (first === undefined || second === undefined) throw new Error('no workers');
    const key = 'tenant/alone';
    statesOf(workers, key);
    await redis.stop();
    try {
      await call(first, peer, { key });
      await call(first, peer, { key });
      expect(statesOf([first], key)).toEqual(new Set(['OPEN']));
      expect(statesOf([second], key)).toEqual(new Set(['CLOSED']));
      expect(await first.egress.standing([key])).toEqual(['OPEN']);
      expect(await call(first, peer, { key })).toMatchObject({ status: 200 });
      expect(statesOf([first], key)).toEqual(new Set(['CLOSED']));
    } finally {
      await redis.start();
    }
  });

  it('believes no message that is none', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = closing.use(await openLoopback((response) => json(response, {})));
    const workers = await openWorkers(peer, { consecutive: 1, pauseMs: 60_000 }, 2);
    const [first] = workers;
    if (first === undefined) throw new Error('no worker');
    statesOf(workers, 'tenant/lied');
    const news = { kind: 'opened', pauseMs: 1e300, leftMs: 1e300 };
    for (const text of ['', '[', '{}', JSON.stringify({ from: 'x', key: 'tenant/lied', news })])
      first.doorbell.ring('breakers', text);
    await caughtUp(workers, first);
    for (const worker of workers)
      expect(await call(worker, peer, hurried('tenant/lied'))).toMatchObject({ status: 200 });
  });
});

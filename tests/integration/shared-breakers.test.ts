import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { BreakerShares } from '../../connectors/egress/breaker-share.ts';
import { createEgress, type Egress, type EgressOptions } from '../../connectors/egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../../connectors/egress/policy.ts';
import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import { openSharedBreakers } from '../../core/integrations/shared-breakers.ts';
import { openSharedUses } from '../../core/integrations/shared-uses.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { silentLog } from '../support/log.ts';
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

/** As a process has it. */
interface Worker {
  readonly doorbell: Doorbell;
  readonly egress: Egress;
  /** Answers to whether it may probe. */
  readonly asked: boolean[];
  /** The echoes that it has heard. */
  readonly heard: ReadonlySet<string>;
}

const echo = 'echo';

function openWorker(url: string, peer: Loopback, breaker: EgressOptions['breaker']): Worker {
  const doorbell = closing.use(createDoorbell(url, silentLog));
  const uses = closing.use(openSharedUses(url, silentLog));
  const opened = closing.use(openSharedBreakers({ redis: uses.redis, doorbell }));
  const asked: boolean[] = [];
  const shares: BreakerShares = {
    ...opened,
    join(key, onNews) {
      const share = opened.join(key, onNews);
      const mayProbe = async (ms: number) => {
        const answer = await share.mayProbe(ms);
        asked.push(answer);
        return answer;
      };
      return { ...share, mayProbe };
    },
  };
  const egress = closing.use(createEgress({ allow: [peer.host], breaker, shares }));
  const heard = new Set<string>();
  doorbell.listen(echo, (token) => heard.add(token));
  return { doorbell, egress, asked, heard };
}

async function openWorkers(peer: Loopback, breaker: EgressOptions['breaker'], count = 4) {
  const url = redis?.url ?? '';
  const workers = Array.from({ length: count }, () => openWorker(url, peer, breaker));
  await until('all hear each other', async () => {
    for (const worker of workers) worker.doorbell.ring(echo, 'ready');
    await new Promise((resolve) => setImmediate(resolve));
    return workers.every(({ heard, doorbell }) => doorbell.isHealthy && heard.has('ready'));
  });
  return workers;
}

let tokens = 0;

/** All have heard what this one has told. */
async function caughtUp(workers: readonly Worker[], { doorbell }: Worker): Promise<void> {
  const token = `token-${String((tokens += 1))}`;
  doorbell.ring(echo, token);
  await until('all have caught up', () => workers.every(({ heard }) => heard.has(token)));
}

const policyOf = (key: string): ConnectionPolicy => ({ key, name: 'bank', limits: defaultLimits });

/** Waits for the end of any pause, unless it is hurried. */
function call(
  { egress }: Worker,
  peer: Loopback,
  { key, hurriedMs }: { readonly key: string; readonly hurriedMs?: number },
) {
  const deadlineAt = hurriedMs === undefined ? Infinity : performance.now() + hurriedMs;
  const request = { method: 'POST', url: peer.url, deadlineAt };
  return egress.request(policyOf(key), request, AbortSignal.timeout(60_000));
}

const hurried = (key: string) => ({ key, hurriedMs: 20_000 });
const statesOf = (workers: readonly Worker[], key: string) =>
  new Set(workers.map(({ egress }) => egress.health(policyOf(key)).breaker));

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
    expect(statesOf(workers, key)).toEqual(new Set(['OPEN']));
    const calls = workers.map((worker) => call(worker, peer, { key }));
    const refused = () => workers.filter(({ asked }) => asked.includes(false)).length;
    await until('three were refused', () => refused() === 3);
    expect(held).toHaveLength(1);
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
    const workers = await openWorkers(peer, { consecutive: 2, pauseMs: 100 }, 2);
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

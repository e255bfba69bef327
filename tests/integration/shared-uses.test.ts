import { RateLimiterRes } from 'rate-limiter-flexible';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { defaultLimits } from '../../connectors/egress/policy.ts';
import { json, openLoopback } from '../../connectors/testing/loopback.ts';
import { openSharedUses, type SharedUses } from '../../core/integrations/shared-uses.ts';
import { silentLog } from '../support/log.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let redis: RedisServer | undefined;
let workers: readonly SharedUses[];

beforeAll(async () => {
  redis = await startRedis();
  if (redis === undefined) return;
  stack.use(redis);
  const { url } = redis;
  workers = [0, 1].map(() => stack.use(openSharedUses(url, silentLog)));
});
afterAll(() => stack.disposeAsync());

/** What a use comes to: taken, or refused until its window is over. */
const taken = (used: Promise<unknown>): Promise<boolean> =>
  used.then(
    () => true,
    (refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    },
  );

/** So slow that no window ends meanwhile. */
const oncePerHour = 1 / 3_600;

describe('the rate of a connection', () => {
  it('is one for all workers, of each connection apart, and of each worker while Redis is away', async (context) => {
    if (redis === undefined) return context.skip();
    const [first, second] = workers.map(({ createCounter }) => createCounter(oncePerHour));
    if (first === undefined || second === undefined) throw new Error('no workers');
    // Until both are connected each counts for itself.
    let tries = 0;
    await until('both count together', async () => {
      const key = `try-${String((tries += 1))}`;
      return (await taken(first.consume(key))) && !(await taken(second.consume(key)));
    });
    expect(await taken(first.consume('tenant/bank'))).toBe(true);
    expect(await taken(second.consume('tenant/bank'))).toBe(false);
    expect(await taken(second.consume('other/bank'))).toBe(true);
    await redis.stop();
    expect(await taken(second.consume('tenant/bank'))).toBe(true);
    expect(await taken(second.consume('tenant/bank'))).toBe(false);
    await redis.start();
    await until('both count together again', async () => {
      const key = `again-${String((tries += 1))}`;
      return (await taken(first.consume(key))) && !(await taken(second.consume(key)));
    });
  });

  it('holds calls of one worker back for those of another', async (context) => {
    if (redis === undefined) return context.skip();
    await using peer = await openLoopback((response) => json(response, {}));
    const [first, second] = workers.map(({ createCounter }) =>
      stack.use(createEgress({ allow: [peer.host], createCounter })),
    );
    if (first === undefined || second === undefined) throw new Error('no workers');
    const limits = { ...defaultLimits, ratePerSecond: oncePerHour };
    const policy = { key: 'tenant/held', name: 'held', limits };
    const request = { method: 'GET', url: peer.url };
    const { signal } = new AbortController();
    expect((await first.request(policy, request, signal)).status).toBe(200);
    const deadlineAt = performance.now() + 1;
    await expect(second.request(policy, { ...request, deadlineAt }, signal)).rejects.toThrow(
      'did not answer in time',
    );
    expect(peer.seen).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCountStore } from '../../gateway/admit/count-store.ts';
import { countFailuresIn } from '../../gateway/operandi/failure-count.ts';
import { createRateLimits } from '../../gateway/admit/rate-limits.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import { hasRedis } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { startProxy } from '../support/proxy.ts';
import { startRedis, type RedisServer } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const caller = { isAuthenticated: true, key: 'a', headers: () => Promise.resolve({}) };

describe.runIf(hasRedis)('a Redis whose connections fall silent without being closed', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    const started = await startRedis();
    if (started === undefined) throw new Error('Redis was found before and is gone now');
    redis = started;
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('holds up no request that is counted, and counts for all again over new ones', async () => {
    await using proxy = await startProxy(redis.url);
    using store = openCountStore(proxy.url, silentLog);
    using other = openCountStore(redis.url, silentLog);
    await until('both are there', () =>
      [store, other].every((one) => one.redis.status === 'ready'),
    );
    const options = { windowSeconds: 600, requestsPerKey: 100 };
    const count = createRateLimits({ ...options, redis: store.redis });
    const countElsewhere = createRateLimits({ ...options, redis: other.redis });
    expect(await count(caller, '', 1)).toMatchObject({ remaining: 99 });
    proxy.silence();
    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => count(caller, '', 1)));
    expect(meanwhile.map((state) => state?.limit)).toEqual(Array.from({ length: 20 }, () => 100));
    await until('it is counted with the other again', async () => {
      const [here, there] = [await count(caller, '', 1), await countElsewhere(caller, '', 1)];
      return there?.remaining === (here?.remaining ?? 0) - 1;
    });
  });

  it('does not keep a failed login waiting', async () => {
    await using proxy = await startProxy(redis.url);
    using store = openCountStore(proxy.url, silentLog);
    await until('it is there', () => store.redis.status === 'ready');
    const count = countFailuresIn(store.redis);
    expect(await count('address x')).toBe(1);
    proxy.silence();
    expect(await count('address x')).toBe(1);
    expect(await count('address x')).toBe(2);
  });

  it('is missed by a doorbell, whose own rings are heard meanwhile, and rings for all again', async () => {
    await using proxy = await startProxy(redis.url);
    await using here = createDoorbell(proxy.url, silentLog);
    await using there = createDoorbell(redis.url, silentLog);
    await until('both are healthy', () => here.isHealthy && there.isHealthy);
    const heard: string[] = [];
    here.listen('a', (message) => heard.push(message));
    proxy.silence();
    await until(
      'its own ring is heard',
      () => {
        here.ring('a', 'own');
        return heard.includes('own');
      },
      30_000,
    );
    await until(
      'the ring of another is heard',
      () => {
        there.ring('a', 'of another');
        return heard.includes('of another');
      },
      30_000,
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redisCheck } from '../../core/doctor/surrounding-checks.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import { hasRedis } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { startTestPlatform, untilState, type TestPlatform } from '../support/platform.ts';
import { startRedisCluster, type RedisCluster } from '../support/start-redis-cluster.ts';
import { until } from '../support/until.ts';
import { go, halted, publishStory, startCountingPeer, type CountingPeer } from './story.ts';

describe.skipIf(!hasRedis)('a Redis cluster', () => {
  const stack = new AsyncDisposableStack();
  let cluster: RedisCluster;
  let peer: CountingPeer;
  let running: TestPlatform;

  beforeAll(async () => {
    cluster = stack.use(await startRedisCluster());
    peer = stack.use(await startCountingPeer());
    const settings = { REDIS_URL: cluster.url, OPERANDI_EGRESS_ALLOW: peer.host };
    running = stack.use(await startTestPlatform(settings));
  });
  afterAll(() => stack.disposeAsync());

  it('is found by the doctor', async () => {
    expect(await redisCheck(cluster.url).look()).toMatchObject({ standing: 'good' });
  });

  it('carries bells from one process to another', async () => {
    await using bell = createDoorbell(cluster.url, silentLog);
    await using other = createDoorbell(cluster.url, silentLog);
    const heard: string[] = [];
    bell.listen('far', (message) => heard.push(message));
    await until('the bell is heard', () => {
      other.ring('far', 'ding');
      return bell.isHealthy && other.isHealthy && heard.includes('ding');
    });
  });

  it('counts requests and holds what calls share in one slot while jobs run to their end', async () => {
    const { client } = running;
    await publishStory(client, peer);
    const names = ['a', 'b'];
    const jobs = await Promise.all(names.map((name) => halted(client, name)));
    await go(client);
    for (const id of jobs) await untilState(client, id, 'SUCCEEDED');
    for (const name of names)
      expect([peer.count('first', name), peer.count('second', name)]).toEqual([1, 1]);
    const keys = await until('requests are counted there', async () => {
      await client.submit('passing', {});
      const found = await cluster.keys();
      return found.length > 0 && found;
    });
    expect(keys.filter((key) => !key.startsWith('{operandi}'))).toEqual([]);
  });
});

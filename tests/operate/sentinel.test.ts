import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { redisCheck } from '../../core/doctor/surrounding-checks.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import { createClient, type Client } from '../../sdk/src/index.ts';
import { startDistributed, type PlatformProcess } from '../e2e/platform-processes.ts';
import { createTestDatabase, hasPostgres, hasRedis } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { untilState } from '../support/platform.ts';
import { startSentinels, type Sentinels } from '../support/start-sentinels.ts';
import { until } from '../support/until.ts';
import { go, halted, publishStory, startCountingPeer, type CountingPeer } from './story.ts';

describe.skipIf(!(hasPostgres && hasRedis))('Redis that sentinels watch', () => {
  const stack = new AsyncDisposableStack();
  let sentinels: Sentinels;
  let peer: CountingPeer;
  let client: Client;
  let worker: PlatformProcess;

  beforeAll(async () => {
    peer = stack.use(await startCountingPeer());
    sentinels = stack.use(await startSentinels());
    const { databaseUrl = '' } = stack.use(await createTestDatabase('postgres'));
    const servers = { databaseUrl, redisUrl: sentinels.url, egressAllow: peer.host };
    const platform = stack.use(await startDistributed(servers));
    worker = platform.startWorker();
    client = stack.use(createClient({ url: platform.url, apiKey: platform.adminKey }));
    await publishStory(client, peer);
  });
  afterAll(() => stack.disposeAsync());

  it('is found through them by the doctor', async () => {
    expect(await redisCheck(sentinels.url).look()).toMatchObject({ standing: 'good' });
  });

  it('is followed to the replica when the master dies: no request fails, no job is lost, bells and counts come back', async () => {
    await using bell = createDoorbell(sentinels.url, silentLog);
    await using other = createDoorbell(sentinels.url, silentLog);
    const heard: string[] = [];
    bell.listen('far', (message) => heard.push(message));
    const untilHeard = (message: string) =>
      until(`${message} is heard`, () => {
        other.ring('far', message);
        return bell.isHealthy && other.isHealthy && heard.includes(message);
      });
    await untilHeard('before');
    const names = ['a', 'b', 'c'];
    const waiting = await Promise.all(names.map((name) => halted(client, name)));
    const first = await sentinels.masterUrl();
    const stopping = new AbortController();
    const submitted: string[] = [];
    const load = (async () => {
      while (!stopping.signal.aborted) submitted.push((await client.submit('passing', {})).id);
    })();

    sentinels.killMaster();
    await until('nobody hears it', () => !bell.isHealthy);
    const { id: meanwhile } = await client.submit('passing', {});
    await untilState(client, meanwhile, 'SUCCEEDED');
    const second = await until('another one is the master', async () => {
      const url = await sentinels.masterUrl();
      return url !== first && url;
    });
    await untilHeard('after');
    await until('the worker hears it', () => worker.output().includes('Redis is back'));
    await until('requests are counted there', async () => {
      await client.submit('passing', {});
      return countsAt(second);
    });

    stopping.abort();
    await load;
    await go(client);
    for (const id of [...submitted, ...waiting]) await untilState(client, id, 'SUCCEEDED');
    for (const name of names)
      expect([peer.count('first', name), peer.count('second', name)]).toEqual([1, 1]);
  });
});

async function countsAt(url: string): Promise<boolean> {
  const redis = new Redis(url);
  try {
    return (await redis.dbsize()) > 0;
  } finally {
    redis.disconnect();
  }
}

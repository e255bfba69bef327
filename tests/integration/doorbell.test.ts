import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { hasRedis } from '../support/database.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { startRedis } from '../support/start-redis.ts';
import type { RedisServer } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

/** Rings until it is heard: what every user of a doorbell does in effect by polling. */
async function ringUntilHeard(ringer: Doorbell, channel: string, heard: string[]): Promise<void> {
  await until(`${channel} is heard`, () => {
    ringer.ring(channel, 'hello');
    return heard.length > 0;
  });
}

describe.runIf(hasRedis)('a doorbell over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    const started = await startRedis();
    if (started === undefined) throw new Error('Redis was found before and is gone now');
    redis = started;
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  it('wakes the listeners of other processes, each ring once', async () => {
    await using here = createDoorbell(redis.url, silentLog);
    await using there = createDoorbell(redis.url, silentLog);
    const heard: string[] = [];
    there.listen('a', (message) => heard.push(message));
    await ringUntilHeard(here, 'a', heard);
    heard.length = 0;
    here.ring('a', 'one');
    here.ring('b', 'not for a');
    here.ring('a', 'two');
    await until('the last ring is heard', () => heard.includes('two'));
    expect(heard.filter((message) => message !== 'hello')).toEqual(['one', 'two']);
  });

  it('wakes its own listeners once, not both locally and through Redis', async () => {
    await using doorbell = createDoorbell(redis.url, silentLog);
    await until('it is healthy', () => doorbell.isHealthy);
    const heard: string[] = [];
    doorbell.listen('own', (message) => heard.push(message));
    await ringUntilHeard(doorbell, 'own', heard);
    heard.length = 0;
    doorbell.ring('own', 'one');
    doorbell.ring('own', 'last');
    await until('the last ring is heard', () => heard.includes('last'));
    expect(heard.filter((message) => message !== 'hello')).toEqual(['one', 'last']);
  });

  it('stays subscribed while anyone still listens, and no longer', async () => {
    await using doorbell = createDoorbell(redis.url, silentLog);
    const client = new Redis(redis.url);
    try {
      await until('it is healthy', () => doorbell.isHealthy);
      const subscribers = async (): Promise<number> => {
        const [, count] = await client.pubsub('NUMSUB', 'operandi:shared');
        return Number(count);
      };
      const first = doorbell.listen('shared', () => undefined);
      const second = doorbell.listen('shared', () => undefined);
      await until('it is subscribed', async () => (await subscribers()) === 1);
      first();
      first();
      expect(await subscribers()).toBe(1);
      second();
      await until('it is not subscribed', async () => (await subscribers()) === 0);
    } finally {
      client.disconnect();
    }
  });

  it('hears again after Redis was away, also on channels asked for in between', async () => {
    await using here = createDoorbell(redis.url, silentLog);
    await using there = createDoorbell(redis.url, silentLog);
    const before: string[] = [];
    const between: string[] = [];
    there.listen('before', (message) => before.push(message));
    await ringUntilHeard(here, 'before', before);

    await redis.stop();
    await until('the loss is noticed', () => !here.isHealthy && !there.isHealthy);
    there.listen('between', (message) => between.push(message));
    expect(() => here.ring('before', 'lost')).not.toThrow();
    await redis.start();

    before.length = 0;
    await ringUntilHeard(here, 'before', before);
    await ringUntilHeard(here, 'between', between);
    await until('both connections are back', () => here.isHealthy);
  });

  it('still wakes the listeners of its own process while Redis is away', async () => {
    const { log, lines } = recordingLog();
    await using doorbell = createDoorbell('redis://127.0.0.1:1', log);
    const heard: string[] = [];
    doorbell.listen('a', (message) => heard.push(message));
    doorbell.ring('a', 'local');
    await until('the ring is heard', () => heard.length > 0);
    expect(heard).toEqual(['local']);
    expect(doorbell.isHealthy).toBe(false);
    await until('the log tells it', () => lines.some((line) => line.includes('Redis is away')));
  });
});

import type { Logger } from 'pino';
import { z } from 'zod';

import { newId } from '../../kernel/ids.ts';
import { connectRedis } from '../../kernel/redis.ts';
import { readSnapshot, type UsageSnapshot } from './snapshot.ts';
import type { SnapshotStore } from './snapshot-store.ts';

interface RedisSnapshotOptions {
  readonly url: string;
  /** Name of the hash. */
  readonly key: string;
  readonly retentionDays: number;
  /** A gateway that has saved nothing for so long is gone. */
  readonly goneAfterMs: number;
  /** One of several. */
  readonly merge: (snapshots: readonly UsageSnapshot[]) => UsageSnapshot;
  readonly log: Logger;
}

/** Of gateways that are gone. */
const past = 'past';
const answerMs = 2_000;
const connectMs = 2_000;
const msPerDay = 86_400_000;

// The time is Redis', so that it does not matter how far the clocks of gateways are apart. A field that is no longer
// there was taken for that of a gateway which is gone, and is counted already.
const saveScript = `
if ARGV[3] == '1' and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
local time = redis.call('TIME')
local ms = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('HSET', KEYS[1], ARGV[1], ms .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`;

// ARGV: what \`past\` was, what it becomes, then field and value of each that it takes over.
const absorbScript = `
if (redis.call('HGET', KEYS[1], '${past}') or '') ~= ARGV[1] then return 0 end
for at = 3, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[at]) ~= ARGV[at + 1] then return 0 end
end
redis.call('HSET', KEYS[1], '${past}', ARGV[2])
for at = 3, #ARGV, 2 do redis.call('HDEL', KEYS[1], ARGV[at]) end
return 1`;

const moment = z.tuple([z.coerce.number(), z.coerce.number()]);

interface Stored {
  readonly id: string;
  /** As it stands in Redis. */
  readonly text: string;
  readonly savedMs: number;
  readonly snapshot: UsageSnapshot | undefined;
}

/** A hash that all gateways share, one field each; those of gateways that are gone are merged into one. */
export function openRedisSnapshots(options: RedisSnapshotOptions): SnapshotStore {
  const { url, key, retentionDays, goneAfterMs, merge, log } = options;
  const use = { role: 'usage', answerMs, meanwhile: 'usage is kept in this process' };
  const redis = connectRedis(url, use, log);
  let id = newId();
  let hasSaved = false;
  const ready = connected(redis);

  const readAll = async (): Promise<{
    readonly nowMs: number;
    readonly all: readonly Stored[];
  }> => {
    const [seconds, micros] = moment.parse(await redis.time());
    const fields = await redis.hgetall(key);
    return {
      nowMs: seconds * 1_000 + Math.floor(micros / 1_000),
      all: Object.entries(fields).map(readStored),
    };
  };
  const absorbGone = async (): Promise<void> => {
    const { nowMs, all } = await readAll();
    const gone = all.filter(
      (one) => one.id !== past && one.id !== id && nowMs - one.savedMs > goneAfterMs,
    );
    if (gone.length === 0) return;
    const before = all.find((one) => one.id === past);
    const merged = merge(
      [...(before ? [before] : []), ...gone].flatMap(({ snapshot }) => snapshot ?? []),
    );
    const taken = gone.flatMap((one) => [one.id, one.text]);
    const next = `${String(nowMs)} ${JSON.stringify(merged)}`;
    await redis.eval(absorbScript, 1, key, before?.text ?? '', next, ...taken);
  };
  return {
    load: () => Promise.resolve(undefined),
    save: async (snapshot) => {
      await ready;
      const lifeMs = retentionDays * msPerDay;
      const args = [id, JSON.stringify(snapshot), hasSaved ? '1' : '0', lifeMs];
      const isKept = (await redis.eval(saveScript, 1, key, ...args)) === 1;
      hasSaved = isKept;
      if (!isKept) id = newId();
      await absorbGone();
      return isKept;
    },
    others: async () => {
      await ready;
      const { all } = await readAll();
      return all.flatMap((one) => (one.id === id ? [] : (one.snapshot ?? [])));
    },
    [Symbol.asyncDispose]: () => {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function readStored([id, text]: readonly [string, string]): Stored {
  const at = text.indexOf(' ');
  const snapshot = readSnapshot(text.slice(at + 1));
  return { id, text, savedMs: Number(text.slice(0, at)), snapshot };
}

/** Commands before the first connection would fail; a Redis that is away is waited for only so long. */
function connected(redis: ReturnType<typeof connectRedis>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, connectMs);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

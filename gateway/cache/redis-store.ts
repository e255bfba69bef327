import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { z } from 'zod';

import { parseJson } from '../../kernel/json.ts';
import { connectRedis } from '../../kernel/redis.ts';
import type { CacheEntry, KeptEntry } from './store.ts';

/** How Redis is used. */
export interface RedisStoreOptions {
  readonly url: string;
  /** Begins the name of every key and of the channel. */
  readonly prefix: string;
  /** How long Redis may take to answer. */
  readonly timeoutMs: number;
  /** Commands under way; beyond them Redis is not asked. */
  readonly maxPending: number;
  readonly log: Logger;
  /** Another gateway, or this one, has forgotten these. */
  readonly onForget: (tags: readonly string[]) => void;
  /** Words about what is forgotten may have been lost until now. */
  readonly onGap: () => void;
}

/** What Redis knows of some keys. */
export interface SharedFound {
  readonly entries: readonly (CacheEntry | undefined)[];
  readonly moment: number;
}

/** Entries that all gateways share; each call throws or rejects when Redis is away. */
export interface RedisStore extends AsyncDisposable {
  /** It hears of everything that is forgotten, so that what was copied from it can be believed. */
  readonly isListening: boolean;
  get(keys: readonly string[]): Promise<SharedFound>;
  /** True when it is kept: none of its tags was forgotten since. */
  put(
    kept: KeptEntry,
    since: { readonly moment: number; readonly ttlMs: number },
  ): Promise<boolean>;
  forget(tags: readonly string[]): Promise<number>;
}

/** As long as the slowest answer that is still kept. */
const REMEMBERED_SECONDS = 600;
const BREAK_AFTER = 5;
const BREAK_MS = 1_000;
const meanwhile = 'subgraphs are asked';

const stored = z.object({
  t: z.string(),
  m: z.number(),
  e: z.number(),
  p: z.boolean(),
  g: z.array(z.string()),
});

// One step for all: between the look at the tags and the write nothing may be forgotten.
const putScript = `
for i = 3, #KEYS do
  local forgotten = redis.call('GET', KEYS[2] .. 'forgotten:' .. KEYS[i])
  if forgotten and tonumber(forgotten) > tonumber(ARGV[3]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for i = 3, #KEYS do
  local index = KEYS[2] .. 'tag:' .. KEYS[i]
  redis.call('ZREMRANGEBYSCORE', index, '-inf', ARGV[4])
  redis.call('ZADD', index, ARGV[5], KEYS[1])
  if redis.call('PTTL', index) < tonumber(ARGV[2]) then redis.call('PEXPIRE', index, ARGV[2]) end
end
return 1`;

// Time and no count: it goes on where Redis begins anew.
const forgetScript = `
local time = redis.call('TIME')
local moment = string.format('%.0f', time[1] * 1000000 + time[2])
redis.call('SET', KEYS[1] .. 'moment', moment)
local count = 0
for i = 2, #KEYS do
  redis.call('SET', KEYS[1] .. 'forgotten:' .. KEYS[i], moment, 'EX', ARGV[1])
  local index = KEYS[1] .. 'tag:' .. KEYS[i]
  local keys = redis.call('ZRANGE', index, 0, -1)
  for j = 1, #keys do count = count + redis.call('UNLINK', keys[j]) end
  redis.call('DEL', index)
end
redis.call('PUBLISH', KEYS[1] .. 'forget', ARGV[2])
return count`;

export function openRedisStore(options: RedisStoreOptions): RedisStore {
  const { url, prefix, timeoutMs, log } = options;
  const use = { answerMs: timeoutMs, meanwhile };
  const redis = connectRedis(url, { ...use, role: 'cache' }, log);
  const listener = createListener(options);
  const guard = createGuard(options);
  return {
    get isListening() {
      return listener.isListening;
    },
    get: (keys) => guard(() => read(redis, prefix, keys)),
    put: ({ key, entry }, since) =>
      guard(async () => {
        const keys = [`${prefix}e:${key}`, prefix, ...entry.tags];
        const now = Date.now();
        const times = [since.ttlMs, since.moment, now, now + since.ttlMs];
        const result = await redis.eval(putScript, keys.length, ...keys, write(entry), ...times);
        return result === 1;
      }),
    forget: async (tags) => {
      const keys = [prefix, ...tags];
      const message = JSON.stringify(tags);
      const count = await redis.eval(
        forgetScript,
        keys.length,
        ...keys,
        REMEMBERED_SECONDS,
        message,
      );
      return Number(count);
    },
    [Symbol.asyncDispose]: () => {
      redis.disconnect();
      listener.close();
      return Promise.resolve();
    },
  };
}

/** Neither a silent Redis nor a slow one may keep requests, or memory, waiting. */
function createGuard({ maxPending }: RedisStoreOptions): <T>(ask: () => Promise<T>) => Promise<T> {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: BREAK_MS,
    breaker: new ConsecutiveBreaker(BREAK_AFTER),
  });
  let pending = 0;
  return async (ask) => {
    if (pending >= maxPending) throw new Error('Too much is asked of Redis');
    pending += 1;
    try {
      return await breaker.execute(ask);
    } finally {
      pending -= 1;
    }
  };
}

async function read(redis: Redis, prefix: string, keys: readonly string[]): Promise<SharedFound> {
  const [moment, ...texts] = await redis.mget(
    `${prefix}moment`,
    ...keys.map((key) => `${prefix}e:${key}`),
  );
  return { moment: Number(moment ?? 0), entries: texts.map((text) => parse(text ?? null)) };
}

function write({ text, madeAtMs, expiresAtMs, isPrivate, tags }: CacheEntry): string {
  return JSON.stringify({ t: text, m: madeAtMs, e: expiresAtMs, p: isPrivate, g: tags });
}

/** What somebody else has written there is not there. */
function parse(text: string | null): CacheEntry | undefined {
  if (text === null) return undefined;
  try {
    const { t, m, e, p, g } = stored.parse(parseJson(text));
    return { text: t, madeAtMs: m, expiresAtMs: e, isPrivate: p, tags: g };
  } catch {
    return undefined;
  }
}

const message = z.array(z.string());

/** Copies of entries may be used only by who hears when they are forgotten. */
function createListener({ url, prefix, log, onForget, onGap }: RedisStoreOptions) {
  const answerMs = 1_000;
  const redis = connectRedis(url, { role: 'cache listener', answerMs, meanwhile }, log);
  let isListening = false;
  const lose = (): void => {
    isListening = false;
    onGap();
  };
  redis.on('ready', () => {
    redis.subscribe(`${prefix}forget`).then(
      () => {
        onGap();
        isListening = true;
      },
      () => redis.disconnect(true),
    );
  });
  redis.on('close', lose);
  redis.on('message', (_: string, text: string) => {
    try {
      onForget(message.parse(parseJson(text)));
    } catch {
      onGap();
    }
  });
  return {
    get isListening() {
      return isListening;
    },
    close: () => redis.disconnect(),
  };
}

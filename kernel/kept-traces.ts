import type { Logger } from './logger.ts';
import { connectRedis } from './redis.ts';

/** Traces that some process has decided to keep, told to all others. */
export interface KeptTraces extends Disposable {
  tell(traceId: string): void;
  /** Those that were told since it was asked last, or in the last ten minutes. */
  read(): Promise<readonly string[]>;
}

const key = 'operandi:traces:kept';
const use = { role: 'kept traces', answerMs: 3_000, meanwhile: 'each process keeps what it sees' };
/** Marks that stay; and for how long after the last of them, seconds. */
const maxMarks = 20_000;
const ttlSeconds = 600;
/** Marks of one answer. */
const maxRead = 1_000;

/** Over Redis: marks in a stream, so that a process that was away for a moment misses none. */
export function openKeptTraces(redisUrl: string, log: Logger): KeptTraces {
  const redis = connectRedis(redisUrl, use, log);
  let last = `${Date.now() - ttlSeconds * 1_000}-0`;
  return {
    tell(traceId) {
      if (redis.status !== 'ready') return;
      const told = redis
        .multi()
        .xadd(key, 'MAXLEN', '~', maxMarks, '*', 'trace', traceId)
        .expire(key, ttlSeconds)
        .exec();
      // Who is not told keeps what it sees itself.
      told.catch(() => undefined);
    },
    async read() {
      if (redis.status !== 'ready') return [];
      const [stream] = (await redis.xread('COUNT', maxRead, 'STREAMS', key, last)) ?? [];
      const marks = stream?.[1] ?? [];
      last = marks.at(-1)?.[0] ?? last;
      return marks.flatMap(([, fields]) => fields[1] ?? []);
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
}

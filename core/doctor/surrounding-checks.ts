import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type * as Ioredis from 'ioredis';
import { createRequire } from 'node:module';
import process from 'node:process';
import { reasonOf } from '../../kernel/database/faults.ts';
import { openRedis } from '../../kernel/redis.ts';
import { bad, doubtful, good, type Check } from './diagnosis.ts';

const redisMs = 3_000;
const leastFree = 1_073_741_824;
const gigabyte = 1_073_741_824;

/** The program itself, which an older Node.js does not start. */
export const runtimeCheck: Check = {
  name: 'runtime/node',
  look() {
    const { node } = process.versions;
    return Promise.resolve(good(`Node.js ${node} on ${process.platform} ${process.arch}`));
  },
};

/** The disk that the embedded database is on. */
export function diskCheck(folder: string): Check {
  return {
    name: 'runtime/disk',
    async look() {
      if (!existsSync(folder)) return good(`there is no ${folder} yet`);
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      const found = `${(free / gigabyte).toFixed(1)} GB are free for ${folder}`;
      return free >= leastFree
        ? good(found)
        : bad(found, 'make room: a full disk stops the database');
    },
  };
}

/** Redis, without which others learn of work by polling. */
export function redisCheck(url: string | undefined): Check {
  return { name: 'redis', look: () => lookAtRedis(url) };
}

async function lookAtRedis(url: string | undefined) {
  if (url === undefined) return good('not used; processes learn of work by polling');
  const load = createRequire(import.meta.url);
  const redis = openRedis(load('ioredis') as typeof Ioredis, url, {
    ...{ lazyConnect: true, connectTimeout: redisMs, commandTimeout: redisMs },
    ...{ maxRetriesPerRequest: 0, retryStrategy: () => null },
  });
  // What is thrown below says only that it failed.
  let why: unknown;
  redis.on('error', (error) => (why ??= error));
  try {
    await redis.connect();
    const [version, policy] = await Promise.all([
      redis.info('server'),
      redis.config('GET', 'maxmemory-policy').catch(() => []),
    ]);
    return judgeRedis(/^redis_version:(\S+)/m.exec(version)?.[1] ?? 'of unknown version', policy);
  } catch (error) {
    return bad(
      `does not answer: ${reasonOf(why ?? error)}`,
      'check REDIS_URL and the server; work goes on by polling, and limits count for each process',
    );
  } finally {
    redis.disconnect();
  }
}

function judgeRedis(version: string, policy: unknown) {
  const eviction: unknown = Array.isArray(policy) ? policy[1] : undefined;
  const found = `Redis ${version} answers`;
  if (typeof eviction !== 'string' || eviction === 'noeviction') return good(found);
  return doubtful(
    `${found}; with ${eviction} it forgets under pressure`,
    'fine for caches; rate limits and sessions of sign-ins may be forgotten early',
  );
}

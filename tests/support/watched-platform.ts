import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { composePlatform } from '../../cli/compose-platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { type Client, createClient } from '../../sdk/src/index.ts';
import { type Collector, startCollector } from './collector.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { recordingLog } from './log.ts';
import { startRedis } from './start-redis.ts';
import { until } from './until.ts';

/** The whole platform with a Redis, and all that it says to anybody. */
export interface WatchedPlatform extends AsyncDisposable {
  readonly client: Client;
  readonly test: TestDatabase;
  readonly collector: Collector;
  /** Where the warehouse beside it keeps its files. */
  readonly warehouseDir: string;
  /** Lines of the log, down to the finest. */
  readonly lines: readonly string[];
  /** Every command that Redis was sent, with its arguments; also of what is gone by now. */
  readonly commands: readonly string[];
  sealAudit(): Promise<void>;
  metrics(): Promise<string>;
  /** Keys of Redis with what they hold. */
  dump(): Promise<string>;
}

/** Undefined where there is no Redis. */
export async function watchPlatform(
  allow: readonly string[],
): Promise<WatchedPlatform | undefined> {
  await using stack = new AsyncDisposableStack();
  const redis = await startRedis();
  if (redis === undefined) return undefined;
  stack.use(redis);
  const { commands, looking } = await watch(stack, redis.url);
  const test = stack.use(await createTestDatabase());
  const collector = stack.use(await startCollector());
  const folder = await mkdtemp(join(tmpdir(), 'operandi-watched-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }));
  const warehouseDir = join(folder, 'warehouse');
  const { log, lines } = recordingLog();
  const config = readConfig({
    ...{ PORT: '0', OPERANDI_DATA_DIR: folder, REDIS_URL: redis.url },
    ...{ OPERANDI_WAREHOUSE_DIR: warehouseDir, OPERANDI_WAREHOUSE_INTERVAL_MS: '100' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OPERANDI_EGRESS_ALLOW: allow.join(',') },
  });
  const kept = { ...test.database, [Symbol.asyncDispose]: () => Promise.resolve() };
  const { signal } = new AbortController();
  const platform = stack.use(await composePlatform(kept, config, { log, signal }));
  const { url, firstKey: apiKey = '' } = platform;
  const client = stack.use(createClient({ url, apiKey }));
  const running = stack.move();
  return {
    ...{ client, test, collector, warehouseDir, lines, commands },
    sealAudit: () => platform.sealAudit(),
    metrics: async () => await (await fetch(new URL('/metrics', url))).text(),
    dump: () => dumpOf(looking),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A connection that hears every command, and one that looks. */
async function watch(stack: AsyncDisposableStack, url: string) {
  const commands: string[] = [];
  const looking = stack.adopt(new Redis(url), (redis) => redis.disconnect());
  const hearing = stack.adopt(await looking.monitor(), (redis) => redis.disconnect());
  hearing.on('monitor', (_time: string, args: readonly string[]) => commands.push(args.join(' ')));
  await until('Redis is heard', async () => {
    await looking.ping();
    return commands.length > 0;
  });
  return { commands, looking };
}

async function dumpOf(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => {
      const value = await redis.get(key).catch(() => redis.hgetall(key));
      return `${key} ${JSON.stringify(value)}`;
    }),
  );
  return values.join('\n');
}

import { Redis } from 'ioredis';
import { publishAgent } from '../../../core/jobs/publish-agent.ts';
import type { VerbContext } from '../../../core/context.ts';
import { servicesOver } from '../../../core/open-services.ts';
import { readConfig } from '../../../kernel/config/config.ts';
import { migrateDatabase, openDatabase, type Database } from '../../../kernel/database/database.ts';
import { silentLog } from '../../support/log.ts';
import { startProxy } from '../../support/proxy.ts';
import { startPostgres } from '../../support/start-postgres.ts';
import { startRedis } from '../../support/start-redis.ts';
import { contextOfNewTenant } from '../../support/verb-context.ts';
import { startCrew, type Crew } from './crew.ts';
import type { FaultKind } from './fault-schedule.ts';
import { startLedger, type Ledger } from './ledger.ts';
import { childKind, storyKinds } from './stories.ts';

/** Servers, workers and a tenant, and the ways in which they fail. */
export interface World extends AsyncDisposable {
  /** A caller whose way to the database is that of the workers. */
  readonly context: VerbContext;
  /** The database by a way of its own, without faults but its own. */
  readonly database: Database;
  readonly ledger: Ledger;
  readonly crew: Crew;
  /** How often what has failed. */
  readonly done: ReadonlyMap<FaultKind, number>;
  /** Lets something fail, and ends when it has begun to work again. */
  fail(kind: Exclude<FaultKind, 'same-key-burst'>, which: number): Promise<void>;
}

/** A busy machine must not keep a worker that lives from renewing in time. */
const leaseMs = 12_000;
const crewSize = 3;

/** Starts it all, durable as in production. */
export async function startWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const ledger = stack.use(await startLedger());
  const postgres = stack.use((await startPostgres({ isDurable: true })) ?? null);
  const redis = stack.use((await startRedis()) ?? null);
  if (postgres === null || redis === null) throw new Error('no PostgreSQL or no Redis');
  const direct = { databaseUrl: postgres.urlOf('postgres'), dataDir: '', databasePoolSize: 3 };
  await migrateDatabase(direct, silentLog);
  const database = stack.use(await openDatabase(direct, silentLog));
  const way = stack.use(await startProxy(direct.databaseUrl));
  const environment = environmentOf({ databaseUrl: way.url, redisUrl: redis.url, ledger });
  const config = readConfig({ ...environment, OPERANDI_DATA_DIR: '/nonexistent' });
  const client = stack.use(await openDatabase(config, silentLog));
  const services = stack.use(servicesOver(client, config, { log: silentLog }));
  const context = await contextOfNewTenant(services);
  for (const { definition } of [childKind, ...storyKinds])
    await publishAgent(context, { definition: definition(ledger.url) });
  const crew = stack.use(startCrew(crewSize, environment));
  const done = new Map<FaultKind, number>();
  const acts: Record<Parameters<World['fail']>[0], (which: number) => unknown> = {
    kill: (which) => crew.kill(which),
    freeze: (which) => crew.freeze(which, leaseMs * 1.5),
    'crash-database': oneAtATime(() => postgres.crashAndRestart()),
    'reset-connections': () => {
      way.refuse(true);
      way.refuse(false);
    },
    'silence-connections': () => way.silence(),
    'kill-redis': oneAtATime(async () => {
      await redis.stop();
      await redis.start();
    }),
    'flush-redis': () => flush(redis.url),
  };
  const started = stack.move();
  return {
    ...{ context, database, ledger, crew, done },
    async fail(kind, which) {
      const hasFailed = (await acts[kind](which)) !== false;
      if (hasFailed) done.set(kind, (done.get(kind) ?? 0) + 1);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** What is on its way down or up cannot fail: false says so. */
function oneAtATime(act: () => Promise<void>): () => Promise<boolean> {
  let isUnderWay = false;
  return async () => {
    if (isUnderWay) return false;
    isUnderWay = true;
    try {
      await act();
      return true;
    } finally {
      isUnderWay = false;
    }
  };
}

function environmentOf(servers: {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly ledger: Ledger;
}): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    DATABASE_DEADLINE_MS: '4000',
    OPERANDI_EGRESS_ALLOW: servers.ledger.place,
    OPERANDI_LEASE_MS: String(leaseMs),
    OPERANDI_QUARANTINE_PROCESSES: '1',
    // Few jobs are under way in a worker when it dies, so that most get on.
    OPERANDI_WORKER_CONCURRENCY: '6',
    OPERANDI_MASTER_KEY: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  };
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  try {
    await client.flushall();
  } finally {
    client.disconnect();
  }
}

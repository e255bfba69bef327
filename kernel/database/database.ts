import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { PrismaClient } from '../../prisma/_generated/client.ts';
import type { Prisma } from '../../prisma/_generated/client.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { mapDatabaseFault } from './faults.ts';
import { createGeneration } from './generation.ts';
import { migrate, missingMigrations } from './migrate.ts';
import { createPool, type ConnectionTarget, type PoolLimits } from './pool.ts';
import {
  ensureRoles,
  mapForeignLogin,
  readRoleNames,
  type RoleKind,
  type RoleNames,
} from './roles.ts';
import { opening } from './scoped-client.ts';
import { openStaleReads, type StaleReads } from './stale-reads.ts';
import { untilAvailable } from './until-available.ts';

/** What runs in a transaction is given this: Prisma's models and `$queryRaw`, `$executeRaw`. */
export type Transaction = Prisma.TransactionClient;

/** How a transaction differs from the usual one. */
interface TransactionOptions {
  /** The role whose grants apply; the policies of all but the app's do not limit it to the tenant. @default 'app' */
  readonly role?: RoleKind;
  /** True makes every write fail. @default false */
  readonly isReadOnly?: boolean;
  /** Read-only, and what a replica has will do: it may be a little old, and is never older than what the process wrote. @default false */
  readonly mayBeStale?: boolean;
  /** False: whoever reads what may be stale need not see it. @default true */
  readonly isNoted?: boolean;
  /** Longest life of the transaction, milliseconds; it is rolled back then. @default 15_000 */
  readonly timeoutMs?: number;
  /** What the app's role sees of the tenant, as `access.reach()` reads it. @default all */
  readonly reach?: string;
}

type SystemOptions = Omit<TransactionOptions, 'mayBeStale' | 'isNoted'> & {
  readonly role?: Exclude<RoleKind, 'app'>;
};

/** The database of a process. Never await a second connection inside a transaction: it starves the pool. */
export interface Database extends AsyncDisposable {
  /** For the hot path's own SQL; the login of the process sees all tenants, so such SQL names the tenant itself. */
  readonly pool: pg.Pool;
  /** A connection apart from the pool, for what must not wait behind work, e.g. to prolong leases. Short statements only. */
  readonly vital: pg.Pool;
  /** Over the same pool; not for verbs, which take a transaction. */
  readonly prisma: PrismaClient;
  readonly isEmbedded: boolean;
  /** Where other processes and threads of this machine reach the same database. It may hold a password. */
  readonly url: string;
  /** Of the replica that may answer; absent where there is none. */
  readonly staleReads: StaleReads | undefined;
  /** Something of the tenant was written otherwise than by `withTenant`: reads that may be stale show it from now on. */
  readonly noteWrite: (tenantId: string) => void;
  /** Looks whether it answers, over a connection apart from the pool, which may only be busy; rejects if not. */
  readonly check: () => Promise<void>;
  /** How often it was put back to an earlier moment: what was told of it in an earlier generation may never have been. */
  readonly generation: () => Promise<number>;
  /** Runs `work` in one transaction that sees and writes the rows of one tenant only; rolls back if it throws. */
  withTenant<T>(
    tenantId: string,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Runs `work` in one transaction as a role that sees all tenants through its narrow grants. @default worker */
  asSystem<T>(work: (tx: Transaction) => Promise<T>, options?: SystemOptions): Promise<T>;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** How much later Prisma itself gives a transaction up, milliseconds: a net below our own timeout. */
const ROLLBACK_MS = 5_000;
/** How long a transaction waits for a free connection, milliseconds. */
const MAX_WAIT_MS = 10_000;
/** How long the database may take to answer a probe, milliseconds. */
const PROBE_MS = 2_000;

type DatabaseConfig = Pick<Config, 'databaseUrl' | 'dataDir' | 'databasePoolSize'> &
  Partial<
    Pick<
      Config,
      'databaseDeadlineMs' | 'databaseWaitMs' | 'databaseReplicaUrl' | 'databaseReplicaLagMs'
    >
  >;

/**
 * Opens the database the configuration names, once somebody has brought it up to date, or the embedded one in its data
 * folder, which is brought up to date here.
 */
export async function openDatabase(
  config: DatabaseConfig,
  log: Logger,
  signal?: AbortSignal,
): Promise<Database> {
  signal?.throwIfAborted();
  await using stack = new AsyncDisposableStack();
  const isEmbedded = config.databaseUrl === undefined;
  const target: ConnectionTarget = isEmbedded
    ? stack.use(await openEmbedded(config.dataDir, log)).target
    : { connectionString: config.databaseUrl };
  const { databaseDeadlineMs: deadlineMs = DEFAULT_TIMEOUT_MS } = config;
  // The embedded database lives in this process: it is never away, only busy.
  const watched = { deadlineMs, isSilenceWatched: !isEmbedded };
  const roles = await untilUpToDate(target, config, {
    ...(isEmbedded
      ? { settle: bringUpToDate, limits: unwatched }
      : { settle: refuseOutdated, limits: watched }),
    ...{ log, signal },
  });

  const pool = createPool(target, { ...watched, size: config.databasePoolSize }, log);
  stack.defer(() => pool.end());
  // Nothing is connected before somebody asks.
  const vital = createPool(target, { ...watched, size: 1 }, log);
  stack.defer(() => vital.end());
  const probe = createPool(
    target,
    { ...watched, deadlineMs: PROBE_MS, size: 1, connectMs: PROBE_MS },
    log,
  );
  stack.defer(() => probe.end());

  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  stack.defer(() => prisma.$disconnect());
  const { databaseReplicaUrl: url, databaseReplicaLagMs: maxLagMs = 0 } = config;
  const limits = { ...watched, size: config.databasePoolSize, connectMs: PROBE_MS };
  const staleReads = url && stack.use(openStaleReads({ url, maxLagMs, limits, probe }, log));
  const opened = stack.move();
  return {
    ...{ pool, vital, prisma },
    isEmbedded,
    url: config.databaseUrl ?? urlOf(target),
    check: async () => {
      await probe.query('select 1');
    },
    generation: createGeneration(pool),
    ...tenantsOf({ prisma, roles, staleReads: staleReads || undefined }),
    asSystem: (work, options = {}) =>
      transact(prisma, work, { roles, role: 'worker', ...options, tenantId: '' }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Servers {
  readonly prisma: PrismaClient;
  readonly roles: RoleNames;
  readonly staleReads: StaleReads | undefined;
}

/** Transactions of tenants, each at the server that may have it. */
function tenantsOf({
  prisma,
  roles,
  staleReads,
}: Servers): Pick<Database, 'withTenant' | 'staleReads' | 'noteWrite'> {
  return {
    staleReads,
    noteWrite: (tenantId) => staleReads?.noteWrite(tenantId),
    async withTenant(tenantId, work, { mayBeStale = false, isNoted = true, ...options } = {}) {
      const isReadOnly = options.isReadOnly === true || mayBeStale;
      const scope = { roles, ...options, isReadOnly, tenantId };
      const primary = () => transact(prisma, work, scope);
      if (staleReads === undefined) return primary();
      if (mayBeStale)
        return staleReads.run(tenantId, {
          replica: (client) => transact(client, work, scope),
          primary,
        });
      const result = await primary();
      if (!isReadOnly && isNoted) staleReads.noteWrite(tenantId);
      return result;
    },
  };
}

/** Brings the database that the URL names up to date; only who owns it can. */
export async function migrateDatabase(
  config: DatabaseConfig & { readonly databaseUrl: string },
  log: Logger,
  signal?: AbortSignal,
): Promise<void> {
  const target = { connectionString: config.databaseUrl };
  const settle = bringUpToDateByOrder;
  await untilUpToDate(target, config, { settle, limits: unwatched, log, signal });
}

/** A migration may take long and say nothing meanwhile. */
const unwatched = { isSilenceWatched: false };

interface Start {
  readonly log: Logger;
  readonly signal: AbortSignal | undefined;
  readonly settle: (pool: pg.Pool, log: Logger) => Promise<void>;
  readonly limits: Omit<PoolLimits, 'size'>;
}

/** Looks over a connection of its own; waits for a database that is away or outdated. */
async function untilUpToDate(
  target: ConnectionTarget,
  { databaseWaitMs }: DatabaseConfig,
  { settle, limits, log, signal }: Start,
): Promise<RoleNames> {
  const pool = createPool(target, { ...limits, size: 1 }, log);
  const look = async (): Promise<RoleNames> => {
    await settle(pool, log);
    signal?.throwIfAborted();
    return readRoleNames(pool);
  };
  try {
    return await untilAvailable(look, { databaseWaitMs, log, signal });
  } finally {
    await pool.end();
  }
}

async function bringUpToDate(pool: pg.Pool, log: Logger): Promise<void> {
  const applied = await migrate(pool);
  if (applied.length === 0) return;
  log.debug({ applied }, 'migrations by name');
  log.info({ count: applied.length, last: applied.at(-1) }, 'migrated the database');
}

/** Also where nothing is missing: a database that was copied or restored may lack what is not inside it. */
async function bringUpToDateByOrder(pool: pg.Pool, log: Logger): Promise<void> {
  await ensureRoles(pool, await readRoleNames(pool));
  await bringUpToDate(pool, log);
}

/** A process of the platform cannot change tables, and a newer one must not work on the tables of an older one. */
async function refuseOutdated(pool: pg.Pool): Promise<void> {
  const [first, ...others] = await missingMigrations(pool);
  if (first !== undefined) throw new OutdatedError(first, others.length + 1);
}

class OutdatedError extends AppError {
  override readonly name = 'OutdatedError';

  constructor(first: string, count: number) {
    super(
      'UNAVAILABLE',
      `the database is not up to date: ${count} migration(s) are missing, from ${first} on; run \`operandi migrate\``,
    );
  }
}

function urlOf({ host = '', port, user = '', database = '' }: ConnectionTarget): string {
  const query = new URLSearchParams({ host, user, ...(port && { port: String(port) }) });
  return `postgres:///${database}?${query.toString()}`;
}

interface Scope extends TransactionOptions {
  readonly roles: RoleNames;
  /** Empty for none: policies of the app role then show no row at all. */
  readonly tenantId: string;
}

async function transact<T>(
  prisma: PrismaClient,
  work: (tx: Transaction) => Promise<T>,
  given: Scope,
): Promise<T> {
  const { roles, role = 'app', tenantId, reach = '' } = given;
  const { isReadOnly = false, timeoutMs = DEFAULT_TIMEOUT_MS } = given;
  const limits = { timeout: timeoutMs + ROLLBACK_MS, maxWait: MAX_WAIT_MS };
  const scope = { role: roles[role], tenantId, reach, isReadOnly, timeoutMs };
  try {
    return await opening(scope, (requireEntered) =>
      prisma.$transaction((tx) => {
        requireEntered();
        return within(timeoutMs, work(tx));
      }, limits),
    );
  } catch (error) {
    throw mapDatabaseFault(mapForeignLogin(error, scope.role));
  }
}

/** Prisma ends the transaction at its timeout but goes on waiting for the work, which may never end. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new AppError('UNAVAILABLE', `a transaction took longer than ${ms} ms`));
  }, ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

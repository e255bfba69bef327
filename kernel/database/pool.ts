import { Socket } from 'node:net';
import pg from 'pg';
import { readDatabaseUrl } from '../database-url.ts';
import { parseJson } from '../json.ts';
import { logForNobody } from '../log-context.ts';
import type { Logger } from '../logger.ts';
import { reasonOf } from './faults.ts';
import { HostsPool, openHosts, type Hosts } from './hosts.ts';
import { PooledClient, ScopedClient } from './scoped-client.ts';

/** The longest a transaction may stand idle before the database ends it, milliseconds. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Young enough that nothing on the way has forgotten the connection meanwhile, milliseconds. */
const IDLE_CONNECTION_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** How much later than the database itself we give a statement up, milliseconds. */
const GRACE_MS = 2_000;

/**
 * Times are instants, whatever the server, the database, the role or the address has set. A statement and no option of
 * the connection's start: poolers refuse such options or drop them, and follow what a statement sets.
 */
const PLAIN_TIMES = `
  select set_config('TimeZone', 'UTC', false),
         set_config('DateStyle', 'ISO, MDY', false),
         set_config('IntervalStyle', 'postgres', false)`;
/** What every pooler carries over to the session that it gives next; anything else would stay with somebody else's. */
const CARRIED_TIMES = `
  select set_config('TimeZone', 'UTC', false),
         set_config('DateStyle', 'ISO, MDY', false)`;

/** Where the database listens: a URL, or the socket of the embedded one. */
export type ConnectionTarget = Pick<
  pg.PoolConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'database' | 'password'
>;

/** What a pool may use. */
export interface PoolLimits {
  readonly size: number;
  /** Longest time for one statement, milliseconds; absent: no limit. */
  readonly deadlineMs?: number | undefined;
  /** True gives a connection up that has been silent for longer than a statement may take. */
  readonly isSilenceWatched: boolean;
  /** @default 10_000 */
  readonly connectMs?: number;
}

/** Makes a pool of connections, under Prisma and the hot path alike. */
export function createPool(target: ConnectionTarget, limits: PoolLimits, log: Logger): pg.Pool {
  const { size, deadlineMs, isSilenceWatched, connectMs = CONNECT_TIMEOUT_MS } = limits;
  const silenceMs = isSilenceWatched && deadlineMs !== undefined ? deadlineMs + GRACE_MS : 0;
  // Whoever has nothing to say is let go in good order before its silence counts as a fault.
  const idleMs = silenceMs > 0 ? Math.min(IDLE_CONNECTION_MS, silenceMs / 2) : IDLE_CONNECTION_MS;
  const { hosts, isPooled } = whereabouts(target);
  const options = {
    ...target,
    ...(isPooled ? shared : owned(deadlineMs)),
    max: size,
    application_name: 'operandi',
    // One that does not answer leaves time for the others.
    connectionTimeoutMillis: connectMs / (hosts?.count ?? 1),
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser },
    ...(silenceMs > 0 && { stream: () => watchedSocket(silenceMs) }),
  };
  const pool = hosts === undefined ? new pg.Pool(options) : new HostsPool(options, hosts);
  // Without a listener a connection lost while idle would end the process; the pool replaces it by itself. One that is
  // ending has told its connections to close, and an embedded server may be the first to do so.
  pool.on('error', (error) => {
    // Not the error itself: the driver hangs the whole connection on it.
    if (pool.ending) return;
    const reason = reasonOf(error);
    logForNobody(() => log.warn({ reason }, 'an idle database connection was lost'));
  });
  return pool;
}

/** Without hosts, a target is taken as it is. */
function whereabouts({ connectionString = '' }: ConnectionTarget): {
  readonly hosts: Hosts | undefined;
  readonly isPooled: boolean;
} {
  const read = readDatabaseUrl(connectionString);
  return {
    hosts: read?.isChecked === true ? openHosts(read.urls) : undefined,
    isPooled: read?.isPooled === true,
  };
}

/**
 * Connections behind a pooler, whose sessions are shared. Limits of a session go with the start of a connection: there a
 * pooler refuses or drops them, and its own file sets them.
 */
const shared = { Client: PooledClient, onConnect: saying(CARRIED_TIMES) };

/** Connections whose sessions are ours. */
function owned(deadlineMs: number | undefined) {
  return {
    Client: ScopedClient,
    onConnect: saying(PLAIN_TIMES),
    ...(deadlineMs !== undefined && { statement_timeout: deadlineMs }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  };
}

/** The pool waits for the promise before anybody is given the connection; its types do not say so. */
function saying(statement: string) {
  return (client: pg.ClientBase): unknown => client.query(statement);
}

/** Numbers in JSON keep their digits; everything else is read as the driver does. */
const getTypeParser: typeof pg.types.getTypeParser = (
  type: (typeof pg.types.builtins)[keyof typeof pg.types.builtins],
  format?: 'text' | 'binary',
): unknown =>
  jsonTypes.has(type) && format !== 'binary' ? parseJson : pg.types.getTypeParser(type, format);

const jsonTypes: ReadonlySet<number> = new Set([pg.types.builtins.JSON, pg.types.builtins.JSONB]);

/**
 * A connection that fell silent without being closed answers nothing for ever; closing it fails what waits on it, in
 * and outside of transactions, and the pool opens another.
 */
function watchedSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    const fault = new Error(`the database has not answered for ${silenceMs} ms`);
    socket.destroy(Object.assign(fault, { code: 'ETIMEDOUT' }));
  });
  return socket;
}

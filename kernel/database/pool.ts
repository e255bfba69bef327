import { Socket } from 'node:net';
import pg from 'pg';
import type { Logger } from '../logger.ts';

/** The longest a transaction may stand idle before the database ends it, milliseconds. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Young enough that nothing on the way has forgotten the connection meanwhile, milliseconds. */
const IDLE_CONNECTION_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** How much later than the database itself we give a statement up, milliseconds. */
const GRACE_MS = 2_000;

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
  const pool = new pg.Pool({
    ...target,
    max: size,
    application_name: 'operandi',
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    ...(deadlineMs !== undefined && { statement_timeout: deadlineMs }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(silenceMs > 0 && { stream: () => watchedSocket(silenceMs) }),
  });
  // Without a listener a connection lost while idle would end the process; the pool replaces it by itself. One that is
  // ending has told its connections to close, and an embedded server may be the first to do so.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ err: error }, 'an idle database connection was lost');
  });
  return pool;
}

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

import pg from 'pg';
import type { Logger } from '../logger.ts';

/** The longest one statement may take, milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** The longest a transaction may stand idle before the database ends it, milliseconds. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;

/** Where the database listens: a URL, or the socket of the embedded one. */
export type ConnectionTarget = Pick<
  pg.PoolConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'database' | 'password'
>;

/** Makes the one pool of this process, under Prisma and the hot path alike. */
export function createPool(target: ConnectionTarget, size: number, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    ...target,
    max: size,
    application_name: 'operandi',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  });
  // Without a listener a connection lost while idle would end the process; the pool replaces it by itself.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  return pool;
}

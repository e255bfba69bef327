import pg from 'pg';

/**
 * A pool of a test's own. Its database may go while connections of it are still closing, as `end` does not wait for them:
 * that is no error of the test.
 */
export function openPool(connectionString: string | undefined, max: number): pg.Pool {
  const pool = new pg.Pool({ ...(connectionString !== undefined && { connectionString }), max });
  pool.on('error', () => undefined);
  return pool;
}

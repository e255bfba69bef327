import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createPool } from '../../kernel/database/pool.ts';
import { ScopedClient } from '../../kernel/database/scoped-client.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';

const source = fileURLToPath(new URL('../../kernel/database/scoped-client.ts', import.meta.url));

describe.runIf(hasPostgres)('a connection that is asked for several answers at once', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('asks the driver one after the other, which deprecates all else', async () => {
    // Node.js tells of what is deprecated once a process.
    const script = `
      const { ScopedClient } = await import(process.argv[1]);
      const client = new ScopedClient({ connectionString: process.argv[2] });
      await client.connect();
      const ask = (n) => client.query('select $1::int as n', [n]);
      const answers = await Promise.all([1, 2, 3, 4, 5].map(ask));
      console.log(answers.map(({ rows }) => rows[0].n).join());
      await client.end();`;
    const words = ['--throw-deprecation', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...words,
      source,
      test.databaseUrl ?? '',
    ]);
    expect(stdout).toBe('1,2,3,4,5\n');
  });

  it('fails what is asked next, and no process, when the server ends it between two questions', async () => {
    const target = { connectionString: test.databaseUrl };
    const pool = createPool(target, { size: 2, isSilenceWatched: false }, silentLog);
    const client = await pool.connect();
    const gone = new Promise<void>((resolve) => client.once('end', () => resolve()));
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await gone;
    await expect(client.query('select 1')).rejects.toThrow('not queryable');
    client.release();
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await pool.end();
  });

  it('answers all forms of the driver, and goes on after one that failed', async () => {
    const client: pg.Client = new ScopedClient({ connectionString: test.databaseUrl });
    await client.connect();
    const called = new Promise((resolve) =>
      client.query('select 2 as n', (_, result) => resolve(result.rows)),
    );
    const [failed, last] = await Promise.allSettled([
      client.query('select nothing'),
      client.query({ text: 'select $1::int as n', values: [3] }),
    ]);
    expect(failed).toMatchObject({ reason: { code: '42703' } });
    expect(last).toMatchObject({ value: { rows: [{ n: 3 }] } });
    expect(await called).toEqual([{ n: 2 }]);
    await client.end();
    await expect(client.query('select 1')).rejects.toThrow('not queryable');
  });
});

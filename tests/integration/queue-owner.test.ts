import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { migrateDatabase, openDatabase } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { hasPostgres } from '../support/database.ts';
import { claimNew, jobRow, jobState, silentQueue } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { startPostgres } from '../support/start-postgres.ts';

describe.runIf(hasPostgres)('a database whose owner is no superuser', () => {
  it('is set up and serves the queue, although row-level security binds its owner', async () => {
    await using server = await startPostgres();
    if (server === undefined) throw new Error('no PostgreSQL');
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    await admin.query('create role plain login createrole');
    await admin.query('create database plain owner plain');
    await admin.end();
    const databaseUrl = server.urlOf('plain').replace('postgres@', 'plain@');
    const config = { databaseUrl, dataDir: '', databasePoolSize: 4 };
    await migrateDatabase(config, silentLog);
    await using database = await openDatabase(config, silentLog);
    const queue = silentQueue(database.pool);

    const job = await claimNew(queue, jobRow(newId()));
    await queue.finish(job, {}, { state: 'SUCCEEDED', output: 'done' });

    expect(await jobState(database.pool, job.jobId)).toMatchObject({
      state: 'SUCCEEDED',
      output: 'done',
    });
  });
});

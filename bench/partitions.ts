import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../kernel/database/migrate.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { measureMigration } from './partitions/migration.ts';
import { measureHotPath } from './partitions/hot-path.ts';

/*
 * What tables of months cost: a job, in a database whose history stands in one table each, in one with months, and in one with
 * months of two years; and how long nobody can write while a database with rows is given months.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    rows: { type: 'string', default: '1000000' },
  },
});

/** The first migration that has to do with months. */
const firstOfMonths = '20261130153100';
/** With what the queue of today writes besides. */
const isOfOneTable = (name: string): boolean => name < firstOfMonths || name.endsWith('_job_trace');

await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');

console.table(
  await measureHotPath(
    new Map([
      ['one table', await make('plain', isOfOneTable)],
      ['one table, again', await make('again', isOfOneTable)],
      ['months', await make('months')],
      ['two years of months', await make('years', undefined, 22)],
    ]),
    Number(values.rounds),
  ),
);

const grown = await make('grown', isOfOneTable);
const { migrations, held, longestWrite, writes } = await measureMigration(
  grown,
  Number(values.rows),
);
console.table(migrations);
console.table(held);
console.log(
  `${values.rows} events and as many rows of the others; ${String(writes)} writes meanwhile, the longest took ${String(longestWrite)} ms`,
);

/** A database of this name with some migrations, and so many months more than it is made with. */
async function make(
  name: string,
  isWanted: (migration: string) => boolean = () => true,
  months = 0,
): Promise<string> {
  if (server === undefined) throw new Error('there is no server');
  const url = server.urlOf(name);
  await run(server.url, `create database ${name}`);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await migrate(pool, { isWanted });
  await pool.end();
  if (months > 0)
    await run(
      url,
      `select jobs.add_month(place, key, jobs.month_of(now(), further))
       from jobs.history_tables(), generate_series(0, ${String(months)}) as further`,
    );
  return url;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

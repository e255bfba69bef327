import type pg from 'pg';
import { z } from 'zod';
import type { EarlierDatabase } from './pglite.ts';

/** Rows on their way at once: one may hold megabytes. */
const batchRows = 100;
const schemas = `('access', 'jobs', 'integrations', 'audit')`;

const tableRow = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  types: z.array(z.string()),
});
const sequenceRow = z.object({ name: z.string(), value: z.string(), is_called: z.boolean() });
const transactionRow = z.object({ tx: z.string() });
const cellsRow = z.object({ cells: z.array(z.string().nullable()) });

type Table = z.infer<typeof tableRow>;

/** Where rows go: one connection of a user who may switch foreign keys off. */
export type Target = Pick<pg.Client, 'query'>;

/**
 * Copies all rows and sequences into a database with the same tables and returns how many rows. Values travel as
 * PostgreSQL writes them, as in a dump. All or nothing, as the target's transaction.
 */
export async function copyRows(from: EarlierDatabase, to: Target): Promise<number> {
  const tables = z.array(tableRow).parse(await from.query(tablesQuery));
  await to.query('begin');
  await to.query(`set local session_replication_role = 'replica'`);
  await to.query('set local statement_timeout = 0');
  await to.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
  let count = 0;
  for (const table of tables) count += await copyTable(from, to, table);
  for (const { name, value, is_called } of await sequencesOf(from))
    await to.query('select setval($1::regclass, $2::bigint, $3)', [name, value, is_called]);
  await to.query('commit');
  return count;
}

/**
 * Uses transaction ids up until they are higher than those of the earlier database. Events carry them and readers see
 * only what is below the oldest one under way, so that events with ids of the future would be seen by nobody.
 */
export async function passTransactionIds(from: EarlierDatabase, to: Target): Promise<void> {
  const [row] = await from.query('select pg_current_xact_id()::text as tx');
  const { tx } = transactionRow.parse(row);
  await to.query('set statement_timeout = 0');
  await to.query('set synchronous_commit = off');
  await to.query(`do $$ begin
    while pg_current_xact_id()::text::numeric <= ${BigInt(tx)} loop commit; end loop;
  end $$`);
}

const tablesQuery = `
  select format('%I.%I', n.nspname, c.relname) as name,
    array_agg(format('%I', a.attname) order by a.attnum) as columns,
    array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid
  where n.nspname in ${schemas} and c.relkind = 'r'
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  group by 1
  order by 1`;

async function copyTable(from: EarlierDatabase, to: Target, table: Table): Promise<number> {
  const { name, columns, types } = table;
  const insert = `insert into ${name} (${columns.join(', ')}) overriding system value
    select ${types.map((type, at) => `c${at}::${type}`).join(', ')}
    from unnest(${types.map((_, at) => `$${at + 1}::text[]`).join(', ')})
      as given (${types.map((_, at) => `c${at}`).join(', ')})`;
  let count = 0;
  for await (const rows of batches(from, table)) {
    await to.query(
      insert,
      columns.map((_, at) => rows.map((cells) => cells[at] ?? null)),
    );
    count += rows.length;
  }
  return count;
}

async function* batches(
  from: EarlierDatabase,
  { name, columns }: Table,
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  const cells = columns.map((column) => `${column}::text`).join(', ');
  await from.query('begin');
  await from.query(
    `declare given no scroll cursor for select array[${cells}] as cells from ${name}`,
  );
  for (;;) {
    const rows = z.array(cellsRow).parse(await from.query(`fetch ${batchRows} from given`));
    if (rows.length === 0) break;
    yield rows.map((row) => row.cells);
  }
  await from.query('commit');
}

async function sequencesOf(from: EarlierDatabase): Promise<readonly z.infer<typeof sequenceRow>[]> {
  const names = z.array(z.object({ name: z.string() })).parse(
    await from.query(
      `select format('%I.%I', schemaname, sequencename) as name from pg_sequences
       where schemaname in ${schemas}`,
    ),
  );
  const found = [];
  for (const { name } of names) {
    const [row] = await from.query(
      `select '${name}' as name, last_value::text as value, is_called from ${name}`,
    );
    found.push(sequenceRow.parse(row));
  }
  return found;
}

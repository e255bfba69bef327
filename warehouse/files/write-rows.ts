import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { OpenDuckDb } from '../duckdb.ts';
import { draftOf, putInPlace } from './durable.ts';
import {
  dayFolder,
  nameOfFile,
  tables,
  tableNames,
  timeColumn,
  type Row,
  type TableName,
} from './layout.ts';

/** Rows of a portion by table. */
export type Portion = Readonly<Record<TableName, readonly Row[]>>;

const parquet = '(format parquet, compression zstd)';

/** Writes the rows of a portion, a file for each table and day. They count once the state says so. Answers their paths. */
export async function writePortion(
  duckDb: OpenDuckDb,
  {
    folder,
    number,
    rows,
  }: { readonly folder: string; readonly number: number; readonly rows: Portion },
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const table of tableNames) {
    const byDay = Map.groupBy(rows[table], (row) => dayOfRow(table, row));
    for (const [day, ofDay] of byDay) {
      const path = join(dayFolder(folder, table, day), nameOfFile(number, number));
      await writeFile(duckDb, { path, table, rows: ofDay });
      written.push(path);
    }
  }
  return written;
}

async function writeFile(
  { connection }: OpenDuckDb,
  {
    path,
    table,
    rows,
  }: { readonly path: string; readonly table: TableName; readonly rows: readonly Row[] },
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await connection.run(
    `create or replace temp table portion as
     select * from (select r.* from (select unnest(from_json($rows, $shape)) as r)) order by ${timeColumn[table]}`,
    { rows: JSON.stringify(rows), shape: JSON.stringify([tables[table]]) },
  );
  await connection.run(`copy portion to $path ${parquet}`, { path: draftOf(path) });
  await connection.run('drop table portion');
  await putInPlace(path);
}

/** Puts the rows of several files into one, in the order of time. */
export async function mergeFiles(
  { connection, duckdb }: OpenDuckDb,
  {
    from,
    to,
    table,
  }: { readonly from: readonly string[]; readonly to: string; readonly table: TableName },
): Promise<void> {
  await connection.run(
    `copy (
       select ${Object.keys(tables[table]).join(', ')} from read_parquet($from, union_by_name = true, hive_partitioning = false)
       order by ${timeColumn[table]}) to $to ${parquet}`,
    { from: duckdb.listValue([...from]), to: draftOf(to) },
    { from: duckdb.LIST(duckdb.VARCHAR) },
  );
  await putInPlace(to);
}

/** Times are ISO 8601 in UTC, so that a day is how they begin; what is past all sense is told of the last sensible day. */
function dayOfRow(table: TableName, row: Row): string {
  const time = String(row[timeColumn[table]]);
  return /^\d{4}-\d{2}-\d{2}T/.test(time) ? time.slice(0, 10) : '9999-12-31';
}

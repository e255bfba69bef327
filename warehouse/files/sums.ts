import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { measures, type Measure, type MeasuredTable } from '../../core/analytics/measures.ts';
import type { OpenDuckDb } from '../duckdb.ts';
import { draftOf, putInPlace, syncFolder } from './durable.ts';
import { nameOfFile, type DataFile } from './layout.ts';
import { namesIn } from './tenant-files.ts';

/*
 * Sums of a day that is over: for each measure, by itself and by each of its groups, the count, the sum and the percentiles,
 * exact as a question over the rows would tell them.
 */

/** Where the sums of a table are; beside its rows, as who reads those with a pattern wants no sums among them. */
function sumsFolder(folder: string, table: MeasuredTable): string {
  return join(folder, `sums=${table}`);
}

/** Where the sums of a day are. */
export function daySums(folder: string, table: MeasuredTable, day: string): string {
  return join(sumsFolder(folder, table), `dt=${day}`);
}

/** The name of the sums of a file's rows, which is that file's: they count while it is the only one of its day. */
export function nameOf({ first, last }: Omit<DataFile, 'path'>): string {
  return nameOfFile(first, last);
}

const parquet = '(format parquet, compression zstd)';

/** Writes the sums of the rows in a file, and removes those of files that it has taken the place of; answers the paths. */
export async function writeSums(
  { connection }: OpenDuckDb,
  {
    file,
    table,
    day,
    place,
  }: {
    readonly file: DataFile;
    readonly table: MeasuredTable;
    readonly day: string;
    readonly place: string;
  },
): Promise<{ readonly path: string; readonly removed: readonly string[] }> {
  const to = join(place, nameOf(file));
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await connection.run(
    `copy (${sumsQuery(table)} order by measure, grouped_by, key) to $to ${parquet}`,
    { from: file.path, day: `${day}T00:00:00Z`, to: draftOf(to) },
  );
  await putInPlace(to);
  const paths = (await namesIn(place)).map((name) => join(place, name));
  const removed = paths.filter((path) => path !== to);
  for (const path of removed) await rm(path, { force: true });
  await syncFolder(place);
  return { path: to, removed };
}

/** `day, measure, grouped_by, key, count, sum, p50, p95, p99` of all measures of a table. */
function sumsQuery(table: MeasuredTable): string {
  const ofTable = Object.entries(measures).filter(([, measure]) => measure.table === table);
  return ofTable.map(([name, measure]) => measureQuery(name, measure)).join(' union all ');
}

function measureQuery(name: string, { value, where, groups }: Measure): string {
  const columns = Object.entries(groups);
  const names = columns.map(([group]) => group);
  // `grouping` has a bit for each group, 0 for the one that rows are put together by.
  const every = 2 ** columns.length - 1;
  const chosen = names.map(
    (group, at) => [String(every - 2 ** (columns.length - 1 - at)), group] as const,
  );
  const of = `case grouping(${names.join(', ')})`;
  return `
    select $day::timestamptz as day, '${name}' as measure,
      ${of} ${chosen.map(([bits, group]) => `when ${bits} then '${group}'`).join(' ')} else '' end as grouped_by,
      ${of} ${chosen.map(([bits, group]) => `when ${bits} then ${group}`).join(' ')} end as key,
      count(*) as count, sum(value)::double as sum,
      ${value === undefined ? noPercentiles : percentiles}
    from (
      select (${value ?? 'null'})::bigint as value, ${columns.map(([group, column]) => `coalesce(${column}, '') as ${group}`).join(', ')}
      from read_parquet($from, hive_partitioning = false) ${where === undefined ? '' : `where ${where}`})
    group by grouping sets ((), ${names.join(', ')})`;
}

const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
const percentiles = Object.entries(shares)
  .map(([name, share]) => `quantile_cont(value, ${String(share)})::double as ${name}`)
  .join(', ');
const noPercentiles = Object.keys(shares)
  .map((name) => `null::double as ${name}`)
  .join(', ');

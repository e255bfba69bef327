import { intervals, measures, type Interval, type Measure } from '../../core/analytics/measures.ts';
import type { SpanFiles } from './messages.ts';
import {
  dimensionOf,
  filterColumns,
  maxCells,
  maxSeries,
  type ParsedQuestion,
} from '../../core/analytics/question.ts';

/** A query of fixed words: every name and value of the question is a parameter. */
export interface Query {
  readonly sql: string;
  readonly values: Readonly<Record<string, bigint | readonly string[]>>;
}

/** Begins of intervals are numbers of microseconds: with calendars it takes fifty times as long. Weeks begin on Mondays. */
function bucketOf(at: string, every: Interval | null | undefined): string {
  const time = `epoch_us(${at})`;
  switch (every) {
    case undefined:
    case null:
      return '$from::bigint';
    case 'MONTH':
      return `epoch_us(date_trunc('month', make_timestamp(${time})))`;
    case 'WEEK':
      return `${time} - (${time} - ${String(mondayUs)}) % ${String(weekUs)}`;
    case 'MINUTE':
    case 'HOUR':
    case 'DAY':
      return `${time} - ${time} % ${String(intervals[every] * 1_000)}`;
  }
}

const weekUs = intervals.WEEK * 1_000;
/** The first Monday after the begin of 1970. */
const mondayUs = 4 * intervals.DAY * 1_000;

/** What is asked of files: `bucket, key, count, sum, p50, p95, p99, series`, at most `maxCells` rows. */
export function buildQuery(question: ParsedQuestion, { rows, sums }: SpanFiles): Query {
  const { from, to } = question;
  const filters = filterColumns(question);
  const parts = [
    ...(rows.length > 0 ? [cellsOfRows(question)] : []),
    ...(sums.length > 0 ? [cellsOfSums(question)] : []),
  ];
  const sql = `
with cells as materialized (
  select bucket, key, sum(n) as n, sum(sum) as sum, any_value(p) as p from (${parts.join(' union all ')}) group by bucket, key
), ranked as (
  select key, row_number() over (order by sum(n) desc, key) as rank, count(*) over () as series from cells group by key
)
select cells.bucket::bigint as bucket, cells.key, cells.n::double as n, cells.sum, cells.p[1] as p50, cells.p[2] as p95, cells.p[3] as p99, ranked.series::int as series
from cells join ranked on cells.key is not distinct from ranked.key
where ranked.rank <= ${String(maxSeries)} order by ranked.rank, bucket limit ${String(maxCells + 1)}`;
  const values = {
    ...{ from: BigInt(from) * 1_000n, to: BigInt(to) * 1_000n, rows, sums },
    ...Object.fromEntries(filters.map(([name, , wanted]) => [name, wanted])),
  };
  // A value that the words do not name is refused.
  const named = Object.entries(values).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql));
  return { sql, values: Object.fromEntries(named) };
}

/** The rows that are asked for: `bucket, key, v`. */
function askedRows(question: ParsedQuestion): string {
  const { measure, groupBy, every } = question;
  const { at, value, where, groups }: Measure = measures[measure];
  const group = groupBy == null ? 'null' : `coalesce(${groups[groupBy] ?? 'null'}, '')`;
  const conditions = [
    `${at} >= make_timestamptz($from::bigint)`,
    `${at} < make_timestamptz($to::bigint)`,
    ...(where === undefined ? [] : [where]),
    ...filterColumns(question).map(([name, column]) => passes(name, column)),
  ];
  return `select ${bucketOf(at, every)} as bucket, ${group} as key, (${value ?? 'null'})::bigint as v
    from read_parquet($rows, union_by_name = true, hive_partitioning = false)
    where ${conditions.join(' and ')}`;
}

function passes(name: string, column: string): string {
  return `list_contains($${name}::varchar[], ${column})`;
}

/** Rows put together: `bucket, key, n, sum, p`. */
function cellsOfRows(question: ParsedQuestion): string {
  const { value }: Measure = measures[question.measure];
  const numbers =
    value === undefined
      ? 'null::double as sum, null::double[] as p'
      : `sum(v)::double as sum, quantile_cont(v, [0.5, 0.95, 0.99]) as p`;
  return `select bucket, key, count(*) as n, ${numbers} from (${askedRows(question)}) group by bucket, key`;
}

/** Sums of days, as such cells. */
function cellsOfSums(question: ParsedQuestion): string {
  const { measure, groupBy, every } = question;
  const conditions = [
    `measure = '${measure}'`,
    `grouped_by = '${dimensionOf(question) ?? ''}'`,
    ...filterColumns(question).map(([name]) => passes(name, 'key')),
  ];
  return `select ${bucketOf('day', every)} as bucket, ${groupBy == null ? 'null' : 'key'} as key, count as n, sum, [p50, p95, p99] as p
    from read_parquet($sums, hive_partitioning = false) where ${conditions.join(' and ')}`;
}

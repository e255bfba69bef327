import { intervals, measures, type Interval, type Measure } from '../../core/analytics/measures.ts';
import {
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

/** What is asked of the files in `$files`: `bucket, key, count, sum, p50, p95, p99, series, rank`, at most `maxCells` rows. */
export function buildQuery(question: ParsedQuestion): Query {
  const { measure, groupBy, every, from, to } = question;
  const measured: Measure = measures[measure];
  const { at, value, where } = measured;
  const group = groupBy == null ? 'null' : `coalesce(${measured.groups[groupBy] ?? 'null'}, '')`;
  const filters = filterColumns(question);
  const conditions = [
    `${at} >= make_timestamptz($from::bigint)`,
    `${at} < make_timestamptz($to::bigint)`,
    ...(where === undefined ? [] : [where]),
    ...filters.map(([name, column]) => `list_contains($${name}::varchar[], ${column})`),
  ];
  const numbers =
    value === undefined
      ? 'null as sum, null as p'
      : `sum(v)::double as sum, quantile_cont(v, [0.5, 0.95, 0.99]) as p`;
  return {
    sql: `
with asked as (
  select ${bucketOf(at, every)} as bucket, ${group} as key, ${value ?? 'null'} as v
  from read_parquet($files, union_by_name = true, hive_partitioning = false)
  where ${conditions.join(' and ')}
), cells as materialized (
  select bucket, key, count(*) as n, ${numbers} from asked group by bucket, key
), ranked as (
  select key, row_number() over (order by sum(n) desc, key) as rank, count(*) over () as series from cells group by key
)
select cells.bucket::bigint as bucket, cells.key, cells.n::double as n, cells.sum, cells.p[1] as p50, cells.p[2] as p95, cells.p[3] as p99, ranked.series::int as series
from cells join ranked on cells.key is not distinct from ranked.key
where ranked.rank <= ${String(maxSeries)} order by ranked.rank, bucket limit ${String(maxCells + 1)}`,
    values: {
      ...{ from: BigInt(from) * 1_000n, to: BigInt(to) * 1_000n },
      ...Object.fromEntries(filters.map(([name, , wanted]) => [name, wanted])),
    },
  };
}

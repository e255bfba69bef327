import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

import { maxCells, type Point, type Series } from '../../core/analytics/question.ts';
import { openDuckDb, type OpenDuckDb } from '../duckdb.ts';
import { buildQuery } from './build-query.ts';
import type { AnswerOrder, AnswerReport } from './messages.ts';

/** Answers one question in a database of its own, which can read the one folder, and change nothing of what it may. */
export async function answer(order: AnswerOrder): Promise<AnswerReport> {
  try {
    return await run(order);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason: reasonOf(message), message };
  }
}

async function run({ folder, files, question, ...limits }: AnswerOrder): Promise<AnswerReport> {
  using duckDb = await openDuckDb(limits);
  const { connection } = duckDb;
  await connection.run(
    'set allowed_directories = $folders',
    ...given(duckDb, { folders: [folder] }),
  );
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  const { sql, values } = buildQuery(question);
  const result = await connection.runAndReadAll(sql, ...given(duckDb, { ...values, files }));
  const rows = result.getRows().map(toCell);
  const cells = rows.slice(0, maxCells);
  const series = seriesOf(cells);
  const isCut = rows.length > cells.length || (rows[0]?.series ?? 0) > series.length;
  return { kind: 'answered', series, isCut };
}

type Parameters = Readonly<Record<string, bigint | readonly string[]>>;

/** Values of parameters with the types of those that are lists. */
function given(
  { duckdb }: OpenDuckDb,
  parameters: Parameters,
): [Record<string, DuckDBValue>, Record<string, DuckDBType>] {
  const values: Record<string, DuckDBValue> = {};
  const types: Record<string, DuckDBType> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'bigint') {
      values[name] = value;
      types[name] = duckdb.BIGINT;
    } else {
      values[name] = duckdb.listValue([...value]);
      types[name] = duckdb.LIST(duckdb.VARCHAR);
    }
  }
  return [values, types];
}

function reasonOf(message: string): 'MEMORY' | 'MISSING' | 'OTHER' {
  if (/out of memory|failed to (offload|allocate)/i.test(message)) return 'MEMORY';
  // A compaction took a file away between the list and its reading.
  if (/no files found|no such file/i.test(message)) return 'MISSING';
  return 'OTHER';
}

interface Cell extends Point {
  readonly key: string | null;
  readonly series: number;
}

function toCell([bucket, key, count, sum, p50, p95, p99, series]: readonly DuckDBValue[]): Cell {
  return {
    at: new Date(Number(bucket) / 1_000).toISOString(),
    key: typeof key === 'string' ? key : null,
    ...{ count: Number(count), sum: numberOf(sum) },
    ...{ p50: numberOf(p50), p95: numberOf(p95), p99: numberOf(p99) },
    series: Number(series),
  };
}

function numberOf(value: DuckDBValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function seriesOf(cells: readonly Cell[]): readonly Series[] {
  return [...Map.groupBy(cells, ({ key }) => key)].map(([key, ofKey]) => ({
    key,
    points: ofKey.map(({ at, count, sum, p50, p95, p99 }) => ({ at, count, sum, p50, p95, p99 })),
  }));
}

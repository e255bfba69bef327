import { maxCells, type Point, type Series } from '../../core/analytics/question.ts';
import type { DuckDbType, DuckDbValue } from '../duckdb-api.ts';
import { openDuckDb, type OpenDuckDb } from '../duckdb.ts';
import { buildQuery, type Query } from './build-query.ts';
import type { AnswerOrder, AnswerReport } from './messages.ts';

/** A database that can read one folder and nothing else, whatever it is asked. */
interface Reader extends Disposable {
  readonly key: string;
  readonly duckDb: OpenDuckDb;
}

/** The last one is kept, as a board asks several questions of the same folder; it knows the heads of its files by then. */
let last: Reader | undefined;

/** Answers one question in a database that was opened for its folder alone. One question at a time. */
export async function answer(order: AnswerOrder): Promise<AnswerReport> {
  try {
    return await run(order);
  } catch (error) {
    last?.[Symbol.dispose]();
    last = undefined;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', reason: reasonOf(message), message };
  }
}

async function run(order: AnswerOrder): Promise<AnswerReport> {
  const { duckDb } = await readerOf(order);
  const { sql, values } = buildQuery(order.question, order.files);
  const parameters = given(duckDb, values);
  const result = await duckDb.connection.runAndReadAll(sql, ...parameters);
  const rows = result.getRows().map(toCell);
  const cells = rows.slice(0, maxCells);
  const series = seriesOf(cells);
  const isCut = rows.length > cells.length || (rows[0]?.series ?? 0) > series.length;
  return { kind: 'answered', series, isCut };
}

async function readerOf({ folder, threads, memoryMb }: AnswerOrder): Promise<Reader> {
  const key = JSON.stringify([folder, threads, memoryMb]);
  if (last?.key === key) return last;
  last?.[Symbol.dispose]();
  last = undefined;
  const duckDb = await openDuckDb({ threads, memoryMb });
  const { connection } = duckDb;
  const folders = given(duckDb, { folders: [folder] });
  await connection.run('set parquet_metadata_cache = true');
  await connection.run('set allowed_directories = $folders', ...folders);
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  last = { key, duckDb, [Symbol.dispose]: () => duckDb[Symbol.dispose]() };
  return last;
}

type Parameters = Query['values'];

/** Values of parameters with the types of those that are lists. */
function given(
  { duckdb }: OpenDuckDb,
  parameters: Parameters,
): [Record<string, DuckDbValue>, Record<string, DuckDbType>] {
  const values: Record<string, DuckDbValue> = {};
  const types: Record<string, DuckDbType> = {};
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

function toCell([bucket, key, count, sum, p50, p95, p99, series]: readonly DuckDbValue[]): Cell {
  return {
    at: new Date(Number(bucket) / 1_000).toISOString(),
    key: typeof key === 'string' ? key : null,
    ...{ count: Number(count), sum: numberOf(sum) },
    ...{ p50: numberOf(p50), p95: numberOf(p95), p99: numberOf(p99) },
    series: Number(series),
  };
}

function numberOf(value: DuckDbValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function seriesOf(cells: readonly Cell[]): readonly Series[] {
  return [...Map.groupBy(cells, ({ key }) => key)].map(([key, ofKey]) => ({
    key,
    points: ofKey.map(({ at, count, sum, p50, p95, p99 }) => ({ at, count, sum, p50, p95, p99 })),
  }));
}

import type { Services } from '../context.ts';

/** How the tables of months stand, and what is copied of them. */
export interface HistoryMeasure {
  /** Tables that this month and the next lack. */
  readonly missingMonths: number;
  /** How far the copy of a warehouse that was at work within a week is behind, seconds; 0 without one. */
  readonly warehouseSeconds: number;
}

/** Looks at what the database itself knows of both. */
export async function measureHistory({
  database,
}: Pick<Services, 'database'>): Promise<HistoryMeasure> {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<readonly HistoryMeasure[]>`
      select (select coalesce(sum(cardinality(lacks)), 0) from jobs.history_state())::int as "missingMonths",
        (select coalesce(extract(epoch from now() - min(copied_at)), 0) from jobs.history_copier
          where seen_at > now() - interval '7 days')::float8 as "warehouseSeconds"`,
    { isReadOnly: true },
  );
  return row ?? { missingMonths: 0, warehouseSeconds: 0 };
}

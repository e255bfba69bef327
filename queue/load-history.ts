import type { JsonValue } from '../kernel/json.ts';
import type { JournalDraft } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';

/** What earlier runs of a job left behind. */
export interface History {
  /** In the order in which they were appended. */
  readonly journal: readonly JournalDraft[];
  /** Answers that no run has journaled yet, by key of the wait. */
  readonly answers: ReadonlyMap<string, JsonValue>;
}

const load: Statement = {
  name: 'queue-load-history',
  text: `
select job_id, key, value, false as is_answer, position from jobs.journal where job_id = any($1::uuid[])
union all
select job_id, key, answer, true, 0 from jobs.wait where job_id = any($1::uuid[]) and answer is not null
order by job_id, position`,
};

interface HistoryRow {
  readonly job_id: string;
  readonly key: string;
  readonly value: JsonValue;
  readonly is_answer: boolean;
}

/** Loads journals and answers of many claimed jobs with one query; jobs without any are absent. */
export async function loadHistories(
  run: RunStatement,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, History>> {
  if (jobIds.length === 0) return new Map();
  const rows = await run<HistoryRow>(load, [jobIds]);
  return new Map(
    [...Map.groupBy(rows, (row) => row.job_id)].map(([jobId, own]) => [jobId, toHistory(own)]),
  );
}

function toHistory(rows: readonly HistoryRow[]): History {
  return {
    journal: rows.filter((row) => !row.is_answer).map(({ key, value }) => ({ key, value })),
    answers: new Map(rows.filter((row) => row.is_answer).map(({ key, value }) => [key, value])),
  };
}

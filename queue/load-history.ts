import type { JsonValue } from '../kernel/json.ts';
import type { JournalDraft } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';

/** What earlier runs of a job left behind. */
export interface History {
  /** In the order in which they were appended. */
  readonly journal: readonly JournalDraft[];
  /** Answers that no run has journaled yet, by key of the wait. */
  readonly answers: ReadonlyMap<string, JsonValue>;
  /** Keys of the waits that nobody has answered yet. */
  readonly asked: ReadonlySet<string>;
  /** Keys of the waits for events before which none is left. */
  readonly looked: ReadonlySet<string>;
  /** Keys of the events that are written. */
  readonly eventKeys: ReadonlySet<string>;
}

/** The history of a job that never ran. */
export const noHistory: History = {
  journal: [],
  answers: new Map(),
  asked: new Set(),
  looked: new Set(),
  eventKeys: new Set(),
};

const load: Statement = {
  name: 'queue-load-history',
  text: `
select job_id, 'journal' as kind, key, value, position from jobs.journal where job_id = any($1::uuid[])
union all
select job_id, case when answer is null then 'asked' else 'answer' end, key, answer, 0 from jobs.wait
where job_id = any($1::uuid[])
union all
select job_id, 'looked', key, null, 0 from jobs.wait where job_id = any($1::uuid[]) and looked
union all
select job_id, 'event', key, null, 0 from jobs.event where job_id = any($1::uuid[]) and key is not null
order by job_id, position`,
};

interface HistoryRow {
  readonly job_id: string;
  readonly kind: 'journal' | 'answer' | 'asked' | 'looked' | 'event';
  readonly key: string;
  readonly value: JsonValue;
}

/** Loads what is known of many claimed jobs with one query; jobs without anything are absent. */
export async function loadHistories(
  run: RunStatement,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, History>> {
  if (jobIds.length === 0) return new Map();
  const rows = await run<HistoryRow>(load, [jobIds]);
  const byJob = Map.groupBy(rows, (row) => row.job_id);
  return new Map([...byJob].map(([jobId, own]) => [jobId, toHistory(own)]));
}

function toHistory(rows: readonly HistoryRow[]): History {
  const of = (kind: HistoryRow['kind']) => rows.filter((row) => row.kind === kind);
  return {
    journal: of('journal').map(({ key, value }) => ({ key, value })),
    answers: new Map(of('answer').map(({ key, value }) => [key, value])),
    asked: new Set(of('asked').map(({ key }) => key)),
    looked: new Set(of('looked').map(({ key }) => key)),
    eventKeys: new Set(of('event').map(({ key }) => key)),
  };
}

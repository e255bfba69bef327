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
  readonly told: Told;
}

/** Which events of a job are written already. */
export interface Told {
  /** Sequence number of the last event of the definition: they are written in order. */
  readonly upTo: number;
  /** Keys of all other events. */
  readonly keys: ReadonlySet<string>;
}

/** The history of a job that never ran. */
export const noHistory: History = {
  journal: [],
  answers: new Map(),
  asked: new Set(),
  looked: new Set(),
  told: { upTo: 0, keys: new Set() },
};

/*
 * Keys begin with a letter but for those of the definition in rows from before, so they follow in the index. Jobs from
 * before do not know their last event of the definition; it is looked for from the end of the story. Ids of jobs are
 * joined, not compared with the list: a plan that knows the list reads fewer months, so the statement would be planned each time.
 */
const load: Statement = {
  name: 'queue-load-history',
  text: `
select asked.job_id, kind, key, value, position from unnest($2::uuid[]) as asked(job_id) cross join lateral (
  select 'journal' as kind, key, value, position from jobs.journal where journal.job_id = asked.job_id
  union all
  select 'event', key, null, 0 from jobs.event
  where event.job_id = asked.job_id and key >= 'a' and key not like 'untold@%'
) as past
union all
select job_id, case when answer is null then 'asked' else 'answer' end, key, answer, 0 from jobs.wait
where job_id = any($1::uuid[])
union all
select job_id, 'looked', key, null, 0 from jobs.wait where job_id = any($1::uuid[]) and looked
union all
select job.id, 'event', coalesce(job.told::text, (
  select key from jobs.event where event.job_id = job.id and key ~ '^[0-9]' order by seq desc limit 1), '0'), null, 0
from unnest($2::uuid[]) as asked(job_id) cross join lateral (
  select id, told from jobs.job where id = asked.job_id limit 1
) as job
order by job_id, position`,
};

interface HistoryRow {
  readonly job_id: string;
  readonly kind: 'journal' | 'answer' | 'asked' | 'looked' | 'event';
  readonly key: string;
  readonly value: JsonValue;
}

/**
 * Loads what is known of many claimed jobs with one query; jobs without anything are absent. Of the jobs of `kept`, whose
 * runs are still there, only what may have come from others since.
 */
export async function loadHistories(
  run: RunStatement,
  jobIds: readonly string[],
  kept: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, History>> {
  if (jobIds.length === 0) return new Map();
  const rows = await run<HistoryRow>(load, [jobIds, jobIds.filter((id) => !kept.has(id))]);
  const byJob = Map.groupBy(rows, (row) => row.job_id);
  return new Map([...byJob].map(([jobId, own]) => [jobId, toHistory(own)]));
}

function toHistory(rows: readonly HistoryRow[]): History {
  const of = (kind: HistoryRow['kind']) => rows.filter((row) => row.kind === kind);
  const told = of('event').map(({ key }) => key);
  return {
    journal: of('journal').map(({ key, value }) => ({ key, value })),
    answers: new Map(of('answer').map(({ key, value }) => [key, value])),
    asked: new Set(of('asked').map(({ key }) => key)),
    looked: new Set(of('looked').map(({ key }) => key)),
    told: {
      upTo: Math.max(0, ...told.map((key) => sequenceOf(key) ?? 0)),
      keys: new Set(told.filter((key) => sequenceOf(key) === undefined)),
    },
  };
}

/** The number of an event of the definition; undefined for any other. */
export function sequenceOf(key: string): number | undefined {
  const number = Number.parseInt(key, 10);
  return Number.isNaN(number) ? undefined : number;
}

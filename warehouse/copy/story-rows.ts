import type { Row } from '../files/layout.ts';
import { between } from './read-seals.ts';
import { startKey, type StoryRow } from './read-story.ts';

const taskEvent =
  /^io\.serverlessworkflow\.task\.(created|started|completed|faulted|cancelled)\.v1$/;

const begins: ReadonlySet<string | undefined> = new Set(['created', 'started']);

/** `created`, `completed` and the like; undefined for what is no such event of a task. */
function changeOf({ type, task }: StoryRow): string | undefined {
  return task === null ? undefined : taskEvent.exec(type)?.[1];
}

/** Each event by itself. */
export function eventRows(rows: readonly StoryRow[]): readonly Row[] {
  return rows.map(({ jobId, seq, namespace, agent, type, task, at }) => ({
    ...{ job_id: jobId, job_seq: seq, namespace, agent, type, task, happened_at: at },
  }));
}

/** The events that end an execution of a task. */
export function stepEnds(rows: readonly StoryRow[]): readonly StoryRow[] {
  return rows.filter((row) => {
    const change = changeOf(row);
    return change !== undefined && !begins.has(change);
  });
}

/** When executions began that began here, by `startKey`. */
export function startsOf(rows: readonly StoryRow[]): ReadonlyMap<string, string> {
  const starts = new Map<string, string>();
  for (const row of rows)
    if (begins.has(changeOf(row)) && !starts.has(startKey(row))) starts.set(startKey(row), row.at);
  return starts;
}

/** A row for each execution that ended. */
export function stepRows(
  ends: readonly StoryRow[],
  starts: ReadonlyMap<string, string>,
): readonly Row[] {
  return ends.map((end) => {
    const { jobId, seq, namespace, agent, task, name, kind, at } = end;
    const started = starts.get(startKey(end)) ?? null;
    return {
      ...{ job_id: jobId, job_seq: seq, namespace, agent, task, kind },
      name: name ?? task?.slice(task.lastIndexOf('/') + 1) ?? null,
      state: changeOf(end)?.toUpperCase() ?? null,
      ...{ started_at: started, ended_at: at, duration_ms: between(started, at) },
    };
  });
}

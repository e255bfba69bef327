import { isPassingFault } from '../kernel/database/faults.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { answerWait } from './answer-wait.ts';
import type { JobState } from './job.ts';
import type { JobRef } from './requests.ts';
import type { RunStatement, Statement } from './statement.ts';

/** Which children that are over to tell of. */
export interface OverChildren {
  /** Only these; absent: all whose end has not reached their parents. */
  readonly childIds?: readonly string[];
  readonly limit: number;
}

/*
 * A child and its outcome are one row each, which a planner cannot know of a table of months before PostgreSQL 16.
 */
const findWaits: Statement = {
  name: 'queue-over-children',
  text: `
select wait.tenant_id, wait.job_id, wait.key, child.state::text, job_io.output, job_io.error
from jobs.wait as wait
cross join lateral (
  select id, state from jobs.job where id = (wait.spec ->> 'jobId')::uuid and tenant_id = wait.tenant_id limit 1
) as child
cross join lateral (select output, error from jobs.job_io where job_id = child.id limit 1) as job_io
where wait.kind = 'child' and wait.answer is null and child.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD')
  and ($1::uuid[] is null or (wait.spec ->> 'jobId')::uuid = any($1::uuid[]))
limit $2`,
};

interface OverRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly key: string;
  readonly state: JobState;
  readonly output: JsonValue;
  readonly error: JsonValue;
}

/** What a parent is told of a child that ended without an error of its own. */
const cancelled = {
  type: 'https://operandi.dev/problems/child-cancelled',
  title: 'Child cancelled',
  status: 500,
  detail: 'the job that was started and waited for has been cancelled',
};

/** What a parent is told of an outcome that cannot be written as its answer. */
const unwritable = {
  type: 'https://operandi.dev/problems/child-outcome-lost',
  title: 'Outcome of a child lost',
  status: 500,
  detail: 'the outcome of the job that was started and waited for cannot be stored as its answer',
};

/**
 * Answers the waits of parents; each answer is a transaction of its own, so no two rows are locked at a time. An outcome
 * that cannot be written is told as an error, so that its parent and the others go on.
 */
export async function answerParents(
  run: RunStatement,
  { childIds, limit }: OverChildren,
): Promise<readonly JobRef[]> {
  const rows = await run<OverRow>(findWaits, [childIds ?? null, limit]);
  const parents: JobRef[] = [];
  for (const row of rows) {
    const { tenant_id: tenantId, job_id: jobId, key } = row;
    const answer = (value: JsonValue) => answerWait(run, { tenantId, jobId, key, value });
    const { isAccepted } = await answer(outcomeOf(row)).catch((error: unknown) => {
      if (isPassingFault(error)) throw error;
      return answer({ error: unwritable }).catch(() => ({ isAccepted: false }));
    });
    if (isAccepted) parents.push({ tenantId, jobId });
  }
  return parents;
}

function outcomeOf({
  state,
  output,
  error,
}: Pick<OverRow, 'state' | 'output' | 'error'>): JsonObject {
  return state === 'SUCCEEDED' ? { output } : { error: error ?? cancelled };
}

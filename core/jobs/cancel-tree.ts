import { cancelKey } from '../../engine/compensation.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { cancelJob, undoJob, type JobRef } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import type { Author, Entry } from '../audit/record.ts';

interface Cancelled {
  readonly jobId: string;
  /** Why, for the log and the events of the job. */
  readonly told: JsonObject;
  /** True to undo nothing. */
  readonly isForced?: boolean;
}

/**
 * Ends a job that is not over and the children it waits for, in the name of the author; answers what to put on
 * record of each. `ringControl` has to be told of them after the commit.
 */
export async function cancelTree(
  tx: Transaction,
  author: Author,
  { jobId: id, told, isForced = false }: Cancelled,
): Promise<readonly (Entry & { readonly jobId: string })[]> {
  const { tenantId, name } = author.actor;
  const children = await awaitedChildren(tx, tenantId, id);
  await end(tx, { tenantId, jobId: id }, { told: { by: name, ...told }, isForced });
  for (const jobId of children)
    await end(tx, { tenantId, jobId }, { told: { by: name, parent: id }, isForced });
  return [
    { jobId: id, data: told },
    ...children.map((jobId) => ({ jobId, data: { parent: id } })),
  ].map((entry) => ({
    ...entry,
    action: 'job.cancel',
    target: { kind: 'job', id: entry.jobId },
  }));
}

/** A job that can undo what it did does that first; once, unless it is forced. */
async function end(
  tx: Transaction,
  job: JobRef,
  { told, isForced }: { readonly told: JsonObject; readonly isForced: boolean },
): Promise<void> {
  const run = inTransaction(tx);
  if (!isForced) {
    if (await undoJob(run, job, told)) return;
    await requireNotUndoing(tx, job);
  }
  await cancelJob(run, job, told);
}

async function requireNotUndoing(tx: Transaction, { tenantId, jobId }: JobRef): Promise<void> {
  const [row] = await tx.$queryRaw<readonly { isUndoing: boolean }[]>`
    select exists (select from jobs.journal where journal.job_id = job.id and journal.key = ${cancelKey}) as "isUndoing"
    from jobs.job where tenant_id = ${tenantId}::uuid and id = ${jobId}::uuid
      and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')`;
  if (row?.isUndoing === true)
    throw new AppError(
      'CONFLICT',
      `job ${jobId} is undoing what it did; with force it ends without the rest of that`,
    );
}

/** The jobs a job waits for, and those that they wait for, unless over; locked with it in the one order of all writers. */
async function awaitedChildren(
  tx: Transaction,
  tenantId: string,
  jobId: string,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<readonly { id: string }[]>`
    with recursive concerned(id) as (
      select ${jobId}::uuid
      union
      select (wait.spec ->> 'jobId')::uuid from jobs.wait as wait join concerned on concerned.id = wait.job_id
      where wait.tenant_id = ${tenantId}::uuid and wait.kind = 'child' and wait.answer is null
    )
    select id::text from jobs.job
    where tenant_id = ${tenantId}::uuid and id in (select id from concerned)
      and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
    order by id for update`;
  return rows.map(({ id }) => id).filter((id) => id !== jobId);
}

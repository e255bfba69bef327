import type { Transaction } from '../../kernel/database/database.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { cancelJob } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { record, type Author } from '../audit/record.ts';

interface Cancelled {
  readonly jobId: string;
  /** Why, for the log and the events of the job. */
  readonly told: JsonObject;
}

/**
 * Ends a job that is not over and the children it waits for, in the name of the author; answers their ids, of which
 * `ringControl` has to be told after the commit.
 */
export async function cancelTree(
  tx: Transaction,
  author: Author,
  { jobId: id, told }: Cancelled,
): Promise<readonly string[]> {
  const { tenantId, name } = author.actor;
  const children = await awaitedChildren(tx, tenantId, id);
  await cancelJob(inTransaction(tx), { tenantId, jobId: id }, { by: name, ...told });
  for (const jobId of children)
    await cancelJob(inTransaction(tx), { tenantId, jobId }, { by: name, parent: id });
  const entries = [
    { jobId: id, data: told },
    ...children.map((jobId) => ({ jobId, data: { parent: id } })),
  ];
  for (const { jobId, data } of entries)
    await record(tx, author, {
      action: 'job.cancel',
      target: { kind: 'job', id: jobId },
      jobId,
      data,
    });
  return [id, ...children];
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

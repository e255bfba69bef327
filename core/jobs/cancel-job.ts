import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { cancelJob as cancelQueued } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringControl } from './channels.ts';
import { idInput, reason } from './names.ts';

const cancelInput = z.strictObject({ ...idInput.shape, reason });

/** Ends a job that is not over, and the children it waits for; what its worker still writes changes nothing. */
export async function cancelJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.cancel');
  const { id, reason: why } = parse(cancelInput, input);
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.cancel' },
  );
  const { tenantId, name } = context.actor;
  const told = why ? { reason: why } : {};
  const cancelled = await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    const children = await awaitedChildren(tx, tenantId, id);
    await cancelQueued(inTransaction(tx), { tenantId, jobId: id }, { by: name, ...told });
    for (const jobId of children)
      await cancelQueued(inTransaction(tx), { tenantId, jobId }, { by: name, parent: id });
    const entries = [
      { jobId: id, data: told },
      ...children.map((jobId) => ({ jobId, data: { parent: id } })),
    ];
    for (const { jobId, data } of entries)
      await record(tx, context, {
        action: 'job.cancel',
        target: { kind: 'job', id: jobId },
        jobId,
        data,
      });
    return [id, ...children];
  });
  for (const jobId of cancelled) ringControl(context, jobId);
  return { id };
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

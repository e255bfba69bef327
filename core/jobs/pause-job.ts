import { pauseJob as pauseQueued } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringControl } from './channels.ts';
import { idInput } from './names.ts';

/** Stops a job until it is resumed: at once, or a running one at its next checkpoint. */
export async function pauseJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.pause');
  const { id } = parse(idInput, input);
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.pause' },
  );
  const { tenantId, name } = context.actor;
  await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    await pauseQueued(inTransaction(tx), { tenantId, jobId: id }, { by: name });
    await record(tx, context, { action: 'job.pause', target: { kind: 'job', id }, jobId: id });
  });
  ringControl(context, id);
  return { id };
}

import { resumeJob as resumeQueued } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { principalOf } from '../access/actor.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringReady } from './channels.ts';
import { idInput } from './names.ts';
import { answerForJob } from './reach-jobs.ts';

/** Lets a paused job go on; who resumes it answers for it from then on. */
export async function resumeJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.resume');
  const { id } = parse(idInput, input);
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.resume' },
  );
  const { tenantId, name } = context.actor;
  await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    await resumeQueued(inTransaction(tx), { tenantId, jobId: id }, { by: name });
    await answerForJob(tx, tenantId, { jobId: id, submitter: principalOf(context.actor) });
    await record(tx, context, { action: 'job.resume', target: { kind: 'job', id }, jobId: id });
  });
  ringReady(context);
  return { id };
}

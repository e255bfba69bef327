import { redriveJob as redriveQueued } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { principalOf } from '../access/actor.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringReady } from './channels.ts';
import { idInput } from './names.ts';
import { answerForJob } from './reach-jobs.ts';

/** Starts an ended job again from the effects that failed; the results of the others are kept. */
export async function redriveJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.redrive');
  const { id } = parse(idInput, input);
  const { tenantId, name } = context.actor;
  await context.database.withTenant(tenantId, async (tx) => {
    await redriveQueued(inTransaction(tx), { tenantId, jobId: id }, { by: name });
    await answerForJob(tx, tenantId, { jobId: id, submitter: principalOf(context.actor) });
    await record(tx, context, { action: 'job.redrive', target: { kind: 'job', id }, jobId: id });
  });
  ringReady(context);
  return { id };
}

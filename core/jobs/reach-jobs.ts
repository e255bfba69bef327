import type { Transaction } from '../../kernel/database/database.ts';
import { isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { cancelJob, pauseJob } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import type { JobsPolicy } from '../access/jobs-policy.ts';
import { nobodyKnown } from './approval-rule.ts';
import { auditRow, type Author, recordAll } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { ringControl } from './channels.ts';

/** A credential that has ended, and what becomes of its jobs. */
export interface EndedCredential {
  /** `<kind>:<id>`, as jobs keep it. */
  readonly submitter: string;
  readonly policy: JobsPolicy;
}

type Needs = Pick<Services, 'database' | 'doorbell'> & Author;

/** Jobs of one transaction: few enough that nobody waits long for the rows it locks. */
const portion = 100;
const why = 'the credential it was submitted with has ended';

/**
 * Stops or pauses the jobs that a credential answers for or has started by its events, in portions. The rows themselves are changed, so that no
 * worker goes on to another effect: what a run has done is written before the next one, and that write is refused.
 */
export async function reachJobs(context: Needs, ended: EndedCredential): Promise<void> {
  if (ended.policy === 'FINISH') return;
  for (;;) {
    const reached = await reachPortion(context, ended);
    for (const jobId of reached) ringControl(context, jobId);
    if (reached.length < portion) return;
  }
}

async function reachPortion(
  context: Needs,
  { submitter, policy }: EndedCredential,
): Promise<readonly string[]> {
  const { tenantId, name } = context.actor;
  const [reach, action] =
    policy === 'STOP' ? ([cancelJob, 'job.cancel'] as const) : ([pauseJob, 'job.pause'] as const);
  // Whether the credential may be ended was asked by the verb that did; here the platform follows.
  return context.database.asSystem(async (tx) => {
    const jobs = await lockJobs(tx, { tenantId, submitter, isPausedToo: policy === 'STOP' });
    const data = { reason: why, submitter };
    const reached: string[] = [];
    for (const jobId of jobs) {
      const ref = { tenantId, jobId };
      const ask = () => reach(inTransaction(tx), ref, { by: name, ...data });
      // One that cannot be reached is left to the next round; the others are.
      const isReached = await inSavepoint(tx, ask).then(() => true, isOfOneJob);
      if (isReached) reached.push(jobId);
    }
    const entries = reached.map((id) => ({ action, target: { kind: 'job', id }, jobId: id, data }));
    await recordAll(
      tx,
      entries.map((entry) => auditRow(context, entry)),
    );
    return reached;
  });
}

function isOfOneJob(error: unknown): false {
  if (isPassingFault(error)) throw error;
  return false;
}

interface Wanted {
  readonly tenantId: string;
  readonly submitter: string;
  readonly isPausedToo: boolean;
}

async function lockJobs(tx: Transaction, wanted: Wanted): Promise<readonly string[]> {
  const { tenantId, submitter, isPausedToo } = wanted;
  const rows = await tx.$queryRaw<readonly { id: string }[]>`
    select id::text from jobs.job
    where tenant_id = ${tenantId}::uuid and (submitter = ${submitter} or senders @> array[${submitter}])
      and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
      and (${isPausedToo} or (state <> 'PAUSED' and request is null))
    order by id limit ${portion} for update`;
  return rows.map(({ id }) => id);
}

/** From now on the actor answers for the job, whoever submitted it; both are kept from deciding what it asks by four eyes. */
export async function answerForJob(
  tx: Transaction,
  tenantId: string,
  { jobId, submitter }: { readonly jobId: string; readonly submitter: string },
): Promise<void> {
  await tx.$executeRaw`
    update jobs.job set submitter = ${submitter}, senders = null,
      earlier_submitters = array_remove(
        earlier_submitters || coalesce(job.submitter, ${nobodyKnown}) || job.senders, ${submitter})
    where tenant_id = ${tenantId}::uuid and id = ${jobId}::uuid
      and (submitter is distinct from ${submitter} or senders is not null)`;
  await tx.$executeRaw`
    update jobs.approval set
      submitters = (case when submitters = '{}' then array[${nobodyKnown}] else submitters end) || ${submitter}::text
    where tenant_id = ${tenantId}::uuid and job_id = ${jobId}::uuid and state in ('PENDING', 'WITHDRAWN')
      and not ${submitter} = any(submitters)`;
}

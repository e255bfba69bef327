import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { pauseJob, resumeJob, type JobRef } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';

/** A job that is held, or is to be, because its tenant is suspended. */
export type HeldJob = JobRef;

const suspended = { by: 'operator', reason: 'the tenant is suspended' };
const resumed = { by: 'operator', reason: 'the tenant is suspended no more' };

/** Pauses a job before its next effect and notes that it goes on once its tenant is suspended no more. */
export async function holdJob(tx: Transaction, job: HeldJob): Promise<void> {
  await pauseJob(inTransaction(tx), job, suspended);
  await mark(tx, job, true);
}

/** Lets a held job go on; one that has ended meanwhile stays as it is. */
export async function releaseJob(tx: Transaction, job: HeldJob): Promise<void> {
  try {
    await resumeJob(inTransaction(tx), job, resumed);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error;
  }
  await mark(tx, job, false);
}

async function mark(tx: Transaction, { tenantId, jobId }: HeldJob, isHeld: boolean): Promise<void> {
  await tx.$executeRaw`
    update jobs.job set is_held = ${isHeld} where tenant_id = ${tenantId}::uuid and id = ${jobId}::uuid`;
}

import { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { submitAll } from './submission.ts';
import type { Submission } from './submission.ts';

/** Queues a job; it is durable when this resolves. A known idempotency key answers the job it stands for. */
export async function submitJob(
  context: VerbContext,
  input: unknown,
  path = 'input',
): Promise<Submission> {
  await permit(context, 'JOBS_SUBMIT', 'job.submit');
  const [result] = await submitAll(context, [{ input, path }]);
  if (result === undefined) throw new AppError('INTERNAL', 'a submission was not answered');
  if (result instanceof AppError) throw result;
  return result;
}

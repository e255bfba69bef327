import type { Job } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { loadJobs } from './load-jobs.ts';

/** The job, or null when the tenant has none of this id. */
export async function findJob(context: VerbContext, id: string): Promise<Job | null> {
  await permit(context, 'JOBS_READ');
  const jobs = await loadJobs(context, [id]);
  return jobs.get(id) ?? null;
}

import type { Services, VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import type { Held } from '../../queue/job.ts';
import { greeting } from './definitions.ts';
import { auditLogOf, contextOfNewTenant } from './verb-context.ts';

/** A caller with all permissions in a new tenant that has the agent `greet`. */
export async function contextWithAgent(services: Services): Promise<VerbContext> {
  const context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: greeting() });
  return context;
}

/** Id of a new job of the agent `greet`. */
export async function submitted(context: VerbContext): Promise<string> {
  const { jobId } = await submitJob(context, { agent: 'greet', input: { name: 'Ada' } });
  return jobId;
}

/** Plays the worker: takes up this job. Others that are ready are taken too and left alone. */
export async function held({ queue }: Pick<Services, 'queue'>, jobId: string): Promise<Held> {
  const jobs = await queue.claim({ owner: 'worker', limit: 1_000, leaseMs: 60_000 });
  const job = jobs.find((claimed) => claimed.jobId === jobId);
  if (job === undefined) throw new Error('the job is not ready');
  return job;
}

/** What the tenant's audit log tells, oldest first. */
export async function actionsOf({ actor, database }: VerbContext): Promise<readonly string[]> {
  return (await auditLogOf(database, actor.tenantId)).map(({ action }) => action);
}

import { reachJobs } from '../jobs/reach-jobs.ts';
import type { Services } from '../context.ts';
import { systemActor } from './actor.ts';
import { hasLostIssuer } from './lost-issuer.ts';
import type { JobsPolicy } from './jobs-policy.ts';

interface EndedRow {
  readonly tenantId: string;
  readonly submitter: string;
  readonly policy: JobsPolicy;
}

/**
 * Reaches jobs that came in while their credential was ended, or that its end did not get to. Answers how many
 * credentials there were.
 */
export async function reachEnded(
  services: Pick<Services, 'database' | 'doorbell'>,
  limit: number,
): Promise<number> {
  const ended = await services.database.asSystem(
    (tx) => tx.$queryRaw<readonly EndedRow[]>`
      select ended.tenant_id::text as "tenantId", ended.submitter, ended.policy
      from (
        select tenant_id, 'api_key:' || id as submitter, jobs_policy as policy from access.api_key
        where revoked_at > now() - interval '1 hour'
        union all
        select tenant_id, 'user:' || id, jobs_policy from access.member
        where removed_at > now() - interval '1 hour'
        union all
        select member.tenant_id, 'user:' || member.id, provider.jobs_policy from access.identity_provider as provider
        join access.member on member.tenant_id = provider.tenant_id and member.issuer = provider.issuer
        where provider.removed_at > now() - interval '1 hour' and member.removed_at is null and ${hasLostIssuer}
      ) as ended
      where ended.policy <> 'FINISH' and exists (
        select from jobs.job
        where job.tenant_id = ended.tenant_id and (job.submitter = ended.submitter or job.senders @> array[ended.submitter])
          and job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
          and (ended.policy = 'STOP' or (job.state <> 'PAUSED' and job.request is null)))
      limit ${limit}`,
    { isReadOnly: true },
  );
  for (const { tenantId, submitter, policy } of ended) {
    await reachJobs({ ...services, actor: systemActor(tenantId) }, { submitter, policy });
  }
  return ended.length;
}

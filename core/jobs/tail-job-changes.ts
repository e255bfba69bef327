import type { Job } from '../../kernel/database/_generated/client.ts';
import type { StoredEvent } from '../../queue/tail-events.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { findAgent } from './find-agent.ts';
import { tenantCursor } from './job-event.ts';
import type { JobEvent } from './job-event.ts';
import { jobFilter } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import { loadJobs } from './load-jobs.ts';
import { tailTenant } from './tail-tenant.ts';
import type { TailOptions } from './tail-tenant.ts';

export interface JobChange {
  readonly cursor: string;
  readonly event: JobEvent;
}

/** Changes of the tenant's jobs that the filter shows: what follows the cursor, then live. */
export async function tailJobChanges(
  context: VerbContext,
  { filter, ...options }: TailOptions & { readonly filter?: unknown },
): Promise<AsyncGenerator<JobChange, void, undefined>> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(jobFilter, filter ?? {}, 'filter');
  return changesIn(context, wanted, await tailTenant(context, options));
}

async function* changesIn(
  context: VerbContext,
  wanted: JobFilter,
  batches: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<JobChange, void, undefined> {
  const { tenantId } = context.actor;
  for await (const events of batches) {
    const jobs = await loadJobs(context, [...new Set(events.map(({ jobId }) => jobId))]);
    const agentId = await agentIdOf(context, wanted);
    for (const { cursor, ...event } of events) {
      const job = jobs.get(event.jobId);
      if (job !== undefined && isWanted(job, wanted, agentId)) {
        yield { cursor: tenantCursor(tenantId, cursor), event };
      }
    }
  }
}

/** Asked for each batch: an agent of the name may be published meanwhile. */
async function agentIdOf(
  context: VerbContext,
  { agent: name }: JobFilter,
): Promise<string | null | undefined> {
  if (typeof name !== 'string') return undefined;
  const agent = await findAgent(context, { name });
  return agent?.id ?? null;
}

function isWanted(
  job: Job,
  { states, parentId }: JobFilter,
  agentId: string | null | undefined,
): boolean {
  return (
    (agentId === undefined || job.agentId === agentId) &&
    (!parentId || job.parentId === parentId) &&
    (!states || states.includes(job.state))
  );
}

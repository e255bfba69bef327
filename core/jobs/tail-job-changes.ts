import type { Job } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { membersAmong } from './batch.ts';
import { tenantCursor } from './job-event.ts';
import type { JobEvent } from './job-event.ts';
import { isShown, jobFilter } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import { tailTenant } from './tail-tenant.ts';
import type { TailOptions, TenantBatch } from './tail-tenant.ts';

export interface JobChange {
  readonly cursor: string;
  readonly event: JobEvent;
  /** As it was when the event was read. */
  readonly job: Job;
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
  batches: AsyncIterable<TenantBatch>,
): AsyncGenerator<JobChange, void, undefined> {
  for await (const batch of batches) {
    const jobs = await batch.jobs();
    const shown = await shownAmong(context, batch, wanted);
    for (const { cursor, ...event } of batch.events) {
      const job = jobs.get(event.jobId);
      if (job !== undefined && shown(job)) {
        yield { cursor: await tenantCursor(context, cursor), event, job };
      }
    }
  }
}

/** Loads only what the filter looks at. */
async function shownAmong(
  context: VerbContext,
  batch: TenantBatch,
  wanted: JobFilter,
): Promise<(job: Job) => boolean> {
  const agents = typeof wanted.agent === 'string' ? await batch.agents() : undefined;
  const versions = typeof wanted.version === 'number' ? await batch.versions() : undefined;
  const labels = wanted.labels?.length ? await batch.labels() : undefined;
  const jobIds = [...(await batch.jobs()).keys()];
  const members = wanted.batchId ? await membersAmong(context, wanted.batchId, jobIds) : undefined;
  return (job) => {
    const own = labels?.get(job.id) ?? [];
    const filtered = {
      ...job,
      agent: agents?.get(job.agentId),
      version: versions?.get(job.agentVersionId)?.version,
      isInBatch: members?.has(job.id) === true,
      labels: new Map(own.map(({ key, value }) => [key, value])),
    };
    return isShown(filtered, wanted);
  };
}

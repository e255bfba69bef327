import { Prisma } from '../../kernel/database/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments, Window } from '../pagination.ts';
import { read } from '../read.ts';
import { jobEventSort } from './job-event.ts';
import type { JobEvent } from './job-event.ts';

/** What happened to a job, in order. */
export async function listJobEvents(
  context: VerbContext,
  { jobId, ...page }: PageArguments & { readonly jobId: string },
): Promise<Connection<JobEvent>> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  return await paginate({ page, sort: jobEventSort(jobId), tenantId }, (window) =>
    read(
      context,
      (tx) => tx.$queryRaw<readonly JobEvent[]>`
        select job_id::text as "jobId", seq, type, task, data, at from jobs.event
        where tenant_id = ${tenantId}::uuid and job_id = ${jobId}::uuid and ${seqBetween(window)}
        order by seq ${window.isBackward ? Prisma.sql`desc` : Prisma.sql`asc`}
        limit ${window.take}`,
    ),
  );
}

const maxSeq = 2_147_483_647;

function seqBetween({ after, before }: Window): Prisma.Sql {
  const [low, high] = [Number(after?.[0] ?? 0), Number(before?.[0] ?? maxSeq)];
  return Prisma.sql`seq > ${low} and seq < ${high}`;
}

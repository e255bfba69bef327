import { z } from 'zod';

import { AppError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';
import { Prisma } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { loadJobs } from '../load-jobs.ts';
import { read } from '../../read.ts';
import { followPath, type PathEvent } from './follow-path.ts';
import type { Stretch } from './path-chain.ts';

/** The steps that decided how long a job took, one after another. */
export interface CriticalPath {
  /** The longest, in order. */
  readonly steps: readonly Stretch[];
  /** How many there are with those that are not among them. */
  readonly stepCount: number;
}

/** Events of a job that are looked at: those of more than 100,000 steps. */
const maxPathEvents = 1_000_000;
/** Events of a page: some ten milliseconds of the database, and few of this thread. */
const pageEvents = 5_000;

/** Finds the critical path of a job, up to now while it is not over; LIMIT_EXCEEDED for one with too many events. */
export async function findCriticalPath(
  context: VerbContext,
  jobId: string,
): Promise<CriticalPath | null> {
  await permit(context, 'JOBS_READ');
  const job = (await loadJobs(context, [jobId])).get(jobId);
  if (job === undefined) return null;
  if (job.eventSeq > maxPathEvents)
    throw new AppError(
      'LIMIT_EXCEEDED',
      `the job has ${String(job.eventSeq)} events, and the critical path is found of ${String(maxPathEvents)} at most; the other times are there`,
    );
  const follower = followPath(job.createdAt.getTime());
  let now = job.createdAt.getTime();
  for (let place = { row: 0, last: 0 }; place.last < job.eventSeq;) {
    const page = await readPage(context, jobId, place);
    for (const told of page.events) follower.follow(told);
    now = page.now;
    if (page.last <= place.last) break;
    place = page;
  }
  const { longest, count } = follower.finish(job.finishedAt?.getTime() ?? now);
  return { steps: longest, stepCount: count };
}

/** How far a job has been read. */
interface Place {
  /** Number of the last event that was looked at. */
  readonly last: number;
  /** Where its row begins. As a value and no query: by that no index is used under row-level security. */
  readonly row: number;
}

interface Page extends Place {
  readonly events: readonly PathEvent[];
  /** By the clock of the database. */
  readonly now: number;
}

const common = [z.string(), z.number()] as const;
const eventShape = z.union([
  z
    .tuple([z.literal('created'), ...common, z.string(), z.string(), z.string()])
    .transform(([is, key, at, task, name, kind]) => ({ is, key, at, task, name, kind })),
  z
    .tuple([z.enum(['waiting', 'running', 'ended', 'cancelled']), ...common])
    .transform(([is, key, at]) => ({ is, key, at })),
]);
const pageShape = z.tuple([
  z.object({ last: z.number(), row: z.number(), now: z.number(), events: z.array(eventShape) }),
]);

/** As one text, which costs this thread a tenth of rows. */
async function readPage(context: VerbContext, jobId: string, after: Place): Promise<Page> {
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.$queryRaw<readonly { readonly page: string }[]>(pageQuery({ tenantId, jobId, after })),
  );
  const [page] = pageShape.parse(rows.map((row) => parseJson(row.page)));
  return page;
}

interface PageWish {
  readonly tenantId: string;
  readonly jobId: string;
  readonly after: Place;
}

// What a redrive took back is passed over, as the list of steps does.
function pageQuery({ tenantId, jobId, after: { last, row } }: PageWish): Prisma.Sql {
  return Prisma.sql`
    select json_build_object(
      'last', coalesce(max(seq), ${last}::int),
      'row', coalesce(max(row_seq), ${row}::int),
      'now', (1000 * extract(epoch from now()))::bigint,
      'events', coalesce(json_agg(case is_what
        when 'created' then json_build_array(is_what, execution, ms, task, coalesce(name, ''), coalesce(kind, ''))
        else json_build_array(is_what, execution, ms) end order by seq) filter (where is_what is not null), '[]')
    )::text as page
    from (
      select seq, row_seq, task, coalesce(data ->> 'execution', task) as execution, data ->> 'name' as name, data ->> 'kind' as kind,
        (1000 * extract(epoch from at))::bigint as ms,
        case when key like 'untold@%' then null else case type
          when 'io.serverlessworkflow.task.created.v1' then 'created'
          when 'io.serverlessworkflow.task.status-changed.v1' then case when data ->> 'status' in ('waiting', 'running') then data ->> 'status' end
          when 'io.serverlessworkflow.task.completed.v1' then 'ended'
          when 'io.serverlessworkflow.task.faulted.v1' then 'ended'
          when 'io.serverlessworkflow.task.cancelled.v1' then 'cancelled'
        end end as is_what
      from jobs.story
      where tenant_id = ${tenantId}::uuid and job_id = ${jobId}::uuid and seq > ${last}::int and row_seq >= ${row}::int
      order by row_seq, place limit ${pageEvents}
    ) as told`;
}

import type { AppError } from '../../kernel/errors.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import { parseJson, type JsonObject } from '../../kernel/json.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Placed } from '../paginate-each.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { jobEventSort } from './job-event.ts';
import { shownEvents } from './sensitive/shown-rows.ts';
import type { JobEvent } from './job-event.ts';

/** A page of a job. */
export interface JobPage extends PageArguments {
  readonly jobId: string;
}

/** What happened to each of the jobs, in order. */
export async function listJobEvents(
  context: VerbContext,
  wanted: readonly JobPage[],
): Promise<readonly (Connection<JobEvent> | AppError)[]> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  const generation = await context.database.generation();
  return await paginateEach(
    wanted,
    ({ jobId, ...page }) => ({ page, sort: jobEventSort(jobId, generation), tenantId }),
    ({ each, isBackward, take }) => {
      const ranges = each.map(({ window }) => rangeOf(window, 'asc', [0, '0', maxSeq]));
      const order = walkOrder('asc', isBackward);
      return read(context, async (tx) => {
        const rows = await tx.$queryRaw<readonly Placed<EventRow>[]>`
          select w.n::int as n, e.* from unnest(
            ${each.map((one) => one.wanted.jobId)}::uuid[],
            ${ranges.map(([low]) => Number(low))}::int[],
            ${ranges.map(([, high]) => Number(high))}::int[]) with ordinality as asked(job_id, low, high, n)
          cross join lateral (select asked.*, ${firstRow} as first) as w
          cross join lateral (
            select job_id::text as "jobId", seq, type, task, data::text as data, at from jobs.story
            where tenant_id = ${tenantId}::uuid and job_id = w.job_id and seq > w.low and seq < w.high
              and row_seq >= w.first and row_seq < w.high
            order by row_seq ${order}, place ${order} limit ${take}) e
          order by w.n, e.seq ${order}`;
        return rows.map((row) => ({ ...row, data: asData(row.data) }));
      }).then((rows) => shownEvents(context, rows));
    },
  );
}

/** As text: the driver of raw queries would read numbers as doubles. */
type EventRow = Omit<JobEvent, 'data'> & { readonly data: string };

// Events hold objects and nothing else.
function asData(text: string): JsonObject {
  return parseJson(text) as JsonObject;
}

/** The row in which the events after `asked.low` begin. */
export const firstRow = Prisma.sql`coalesce((
  select max(seq) from jobs.event where event.job_id = asked.job_id and seq <= asked.low + 1), 0)`;

const maxSeq = '2147483647';

import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Placed, Windows } from '../paginate-each.ts';
import type { Connection, Sort } from '../pagination.ts';
import { read } from '../read.ts';
import { firstRow } from './list-job-events.ts';
import type { JobPage } from './list-job-events.ts';
import { shownValues } from './sensitive/shown-rows.ts';

export type StepState = 'RUNNING' | 'WAITING' | 'COMPLETED' | 'FAULTED' | 'CANCELLED';

/** One execution of a task, put together from its events. */
export interface JobStep {
  readonly key: string;
  readonly task: string;
  readonly name: string;
  readonly state: StepState;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly error: JsonValue;
  /** Previews: cut where they are long. */
  readonly input: JsonValue;
  readonly output: JsonValue;
}

interface StepRow {
  readonly key: string;
  readonly task: string;
  readonly name: string | null;
  /** Sequence number of its first event. */
  readonly first: number;
  /** Type of its last event, without prefix and version. */
  readonly last: string;
  readonly status: string | null;
  readonly startedAt: Date;
  readonly lastAt: Date;
  readonly error: JsonValue;
  readonly input: JsonValue;
  readonly output: JsonValue;
}

function stepSort(jobId: string): Sort<StepRow> {
  return {
    name: `job.step:${jobId}`,
    position: z.tuple([z.string().regex(/^\d{1,9}$/)]),
    positionOf: ({ first }) => [String(first)],
  };
}

/** Executions of tasks of each of the jobs, in the order they began; without those that a redrive took back. */
export async function listJobSteps(
  context: VerbContext,
  wanted: readonly JobPage[],
): Promise<readonly (Connection<JobStep> | AppError)[]> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  const pages = await paginateEach(
    wanted,
    ({ jobId, ...page }) => ({ page, sort: stepSort(jobId), tenantId }),
    (windows) =>
      read(context, (tx) =>
        tx.$queryRaw<readonly Placed<StepRow>[]>(stepsQuery(tenantId, windows)),
      ),
  );
  return await Promise.all(
    pages.map(async (page, index) =>
      page instanceof AppError
        ? page
        : withSteps(await shownPage(context, page, wanted[index]?.jobId ?? '')),
    ),
  );
}

/** As the caller may see them. */
async function shownPage(
  context: VerbContext,
  { edges, pageInfo }: Connection<StepRow>,
  jobId: string,
): Promise<Connection<StepRow>> {
  const nodes = await shownValues(
    context,
    edges.map(({ node }) => ({ ...node, jobId })),
  );
  const shown = edges.map((edge, index) => ({ ...edge, node: nodes[index] ?? edge.node }));
  return { edges: shown, nodes, pageInfo };
}

function withSteps({ edges, pageInfo }: Connection<StepRow>): Connection<JobStep> {
  const steps = edges.map(({ cursor, node }) => ({ cursor, node: toStep(node) }));
  return { edges: steps, nodes: steps.map(({ node }) => node), pageInfo };
}

const created = Prisma.sql`'io.serverlessworkflow.task.created.v1'`;
const started = Prisma.sql`'io.serverlessworkflow.task.started.v1'`;
/** Without what a redrive took back. */
const isTold = Prisma.sql`(key is null or key not like 'untold@%')`;
const execution = Prisma.sql`coalesce(data ->> 'execution', task)`;
/** What the index `event_of_step` holds. */
const isOfStep = Prisma.sql`type like 'io.serverlessworkflow.task.%' and type <> ${started} and ${isTold}`;

/*
 * An execution begins with the event that creates it (or starts it, if that is all there is), so a page is a stretch of the
 * story; what became of each is its last event. That stands at the head of a later row, found by an index, or else in the
 * row in which it began. A page costs what it shows, wherever it begins.
 */
export function stepsQuery(
  tenantId: string,
  { each, isBackward, take }: Windows<JobPage>,
): Prisma.Sql {
  const ranges = each.map(({ window }) => rangeOf(window, 'asc', [0, '0', maxSeq]));
  const order = walkOrder('asc', isBackward);
  const isOfJob = Prisma.sql`tenant_id = ${tenantId}::uuid and job_id = w.job_id`;
  const isOf = (key: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`hashtextextended(${execution}, 0) = hashtextextended(${key}, 0) and ${execution} = ${key}`;
  return Prisma.sql`
    select w.n::int as n, first.key, first.task, first.name, first.seq as first, first.at as "startedAt",
      coalesce(later.at, first.at) as "lastAt", split_part(coalesce(later.type, first.type), '.', 4) as last,
      later.status, later.error, first.data -> 'input' as input, later.output
    from unnest(
      ${each.map((one) => one.wanted.jobId)}::uuid[],
      ${ranges.map(([low]) => Number(low))}::int[],
      ${ranges.map(([, high]) => Number(high))}::int[]) with ordinality as asked(job_id, low, high, n)
    cross join lateral (select asked.*, ${firstRow} as first) as w
    cross join lateral (
      select begun.*, data ->> 'name' as name from (
        select ${execution} as key, task, data, seq, row_seq, place, n, at, type from jobs.story
        where ${isOfJob} and seq > w.low and seq < w.high and row_seq >= w.first and row_seq < w.high
          and type in (${created}, ${started}) and ${isTold}
      ) as begun
      where type = ${created} or (n is null and (
        select seq from jobs.event
        where ${isOfJob} and seq < begun.seq and ${isOf(Prisma.sql`begun.key`)} and ${isOfStep} limit 1) is null)
      order by row_seq ${order}, place ${order} limit ${take}) first
    left join lateral (
      select at, type, data ->> 'status' as status, data -> 'error' as error, data -> 'output' as output
      from (
        (select seq, at, type, data from jobs.event
        where ${isOfJob} and seq > first.seq and ${isOf(Prisma.sql`first.key`)} and ${isOfStep}
        order by seq desc limit 1)
        union all
        (select seq, at, type, data from jobs.story
        where ${isOfJob} and row_seq = first.row_seq and place > first.place and ${execution} = first.key and ${isOfStep}
        order by place desc limit 1)
      ) as told
      order by seq desc limit 1) later on true
    order by w.n, first.seq ${order}`;
}

const maxSeq = '2147483647';

const finalStates: Readonly<Record<string, StepState>> = {
  completed: 'COMPLETED',
  faulted: 'FAULTED',
  cancelled: 'CANCELLED',
};

function toStep(row: StepRow): JobStep {
  const { key, task, name, last, status, startedAt, lastAt, ...values } = row;
  const final = finalStates[last];
  return {
    key,
    task,
    name: name ?? task.slice(task.lastIndexOf('/') + 1),
    state: final ?? (status === 'waiting' ? 'WAITING' : 'RUNNING'),
    startedAt,
    finishedAt: final === undefined ? null : lastAt,
    error: values.error,
    input: values.input,
    output: values.output,
  };
}

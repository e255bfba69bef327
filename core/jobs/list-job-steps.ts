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
import type { JobPage } from './list-job-events.ts';

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
  return pages.map((page) => (page instanceof AppError ? page : withSteps(page)));
}

function withSteps({ edges, pageInfo }: Connection<StepRow>): Connection<JobStep> {
  const steps = edges.map(({ cursor, node }) => ({ cursor, node: toStep(node) }));
  return { edges: steps, nodes: steps.map(({ node }) => node), pageInfo };
}

function stepsQuery(tenantId: string, { each, isBackward, take }: Windows<JobPage>): Prisma.Sql {
  const ranges = each.map(({ window }) => rangeOf(window, 'asc', [0, '0', maxSeq]));
  const order = walkOrder('asc', isBackward);
  return Prisma.sql`
    select w.n::int as n, step.* from unnest(
      ${each.map((one) => one.wanted.jobId)}::uuid[],
      ${ranges.map(([low]) => Number(low))}::int[],
      ${ranges.map(([, high]) => Number(high))}::int[]) with ordinality as w(job_id, low, high, n)
    cross join lateral (
      select coalesce(data ->> 'execution', task) as key, min(task) as task, min(data ->> 'name') as name,
        min(seq) as first, min(at) as "startedAt", max(at) as "lastAt",
        (array_agg(split_part(type, '.', 4) order by seq desc))[1] as last,
        (array_agg(data ->> 'status' order by seq desc))[1] as status,
        (array_agg(data -> 'error' order by seq desc))[1] as error,
        (array_agg(data -> 'input' order by seq) filter (where data ? 'input'))[1] as input,
        (array_agg(data -> 'output' order by seq desc))[1] as output
      from jobs.event
      where tenant_id = ${tenantId}::uuid and job_id = w.job_id and task is not null
        and type like 'io.serverlessworkflow.task.%' and (key is null or key not like 'untold@%')
      group by 1
      having min(seq) > w.low and min(seq) < w.high
      order by min(seq) ${order}
      limit ${take}) step
    order by w.n, step.first ${order}`;
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

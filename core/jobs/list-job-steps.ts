import { z } from 'zod';

import { Prisma } from '../../kernel/database/_generated/client.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort, Window } from '../pagination.ts';
import { read } from '../read.ts';

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
}

function stepSort(jobId: string): Sort<StepRow> {
  return {
    name: `job.step:${jobId}`,
    position: z.tuple([z.string().regex(/^\d{1,9}$/)]),
    positionOf: ({ first }) => [String(first)],
  };
}

/** Executions of tasks of a job, in the order they began; without those that a redrive took back. */
export async function listJobSteps(
  context: VerbContext,
  { jobId, ...page }: PageArguments & { readonly jobId: string },
): Promise<Connection<JobStep>> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  const { edges, pageInfo } = await paginate({ page, sort: stepSort(jobId), tenantId }, (window) =>
    read(context, (tx) =>
      tx.$queryRaw<readonly StepRow[]>(stepsQuery({ tenantId, jobId, window })),
    ),
  );
  const steps = edges.map(({ cursor, node }) => ({ cursor, node: toStep(node) }));
  return { edges: steps, nodes: steps.map(({ node }) => node), pageInfo };
}

interface Wanted {
  readonly tenantId: string;
  readonly jobId: string;
  readonly window: Window;
}

function stepsQuery({ tenantId, jobId, window }: Wanted): Prisma.Sql {
  const [low, high] = [Number(window.after?.[0] ?? 0), Number(window.before?.[0] ?? maxSeq)];
  return Prisma.sql`
    select coalesce(data ->> 'execution', task) as key, min(task) as task, min(data ->> 'name') as name,
      min(seq) as first, min(at) as "startedAt", max(at) as "lastAt",
      (array_agg(split_part(type, '.', 4) order by seq desc))[1] as last,
      (array_agg(data ->> 'status' order by seq desc))[1] as status,
      (array_agg(data -> 'error' order by seq desc))[1] as error
    from jobs.event
    where tenant_id = ${tenantId}::uuid and job_id = ${jobId}::uuid and task is not null
      and type like 'io.serverlessworkflow.task.%' and key is not null
    group by 1
    having min(seq) > ${low} and min(seq) < ${high}
    order by min(seq) ${window.isBackward ? Prisma.sql`desc` : Prisma.sql`asc`}
    limit ${window.take}`;
}

const maxSeq = 2_147_483_647;

const finalStates: Readonly<Record<string, StepState>> = {
  completed: 'COMPLETED',
  faulted: 'FAULTED',
  cancelled: 'CANCELLED',
};

function toStep({ key, task, name, last, status, startedAt, lastAt, error }: StepRow): JobStep {
  const final = finalStates[last];
  return {
    key,
    task,
    name: name ?? task.slice(task.lastIndexOf('/') + 1),
    state: final ?? (status === 'waiting' ? 'WAITING' : 'RUNNING'),
    startedAt,
    finishedAt: final === undefined ? null : lastAt,
    error,
  };
}

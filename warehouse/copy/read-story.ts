import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';

/** An event of a job without what it says. */
export interface StoryRow {
  readonly jobId: string;
  readonly seq: number;
  readonly type: string;
  readonly task: string | null;
  readonly name: string | null;
  readonly kind: string | null;
  /** Names one execution of a task. */
  readonly execution: string | null;
  /** ISO 8601, like all times here. */
  readonly at: string;
  readonly namespace: string | null;
  readonly agent: string | null;
  readonly tx: string;
  readonly position: string;
}

/** Where a reader stands. */
export interface StoryCursor {
  readonly tx: string;
  readonly position: string;
}

/** A time as text, by SQL. */
export function isoOf(time: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Events of one row have the positions from that of the row on; a migration says how many there may be. */
const positionsOfRow = 1024;

/**
 * The next events of a tenant, and up to where there can be none any more: below the oldest transaction under way nothing
 * appears that was not there, see docs/adr/0001-event-order.md.
 */
export async function readStory(
  tx: Transaction,
  {
    tenantId,
    after,
    limit,
  }: { readonly tenantId: string; readonly after: StoryCursor; readonly limit: number },
): Promise<{ readonly rows: readonly StoryRow[]; readonly next: StoryCursor }> {
  const found = await tx.$queryRaw<readonly FoundRow[]>`
    select now.horizon::text as horizon, told.* from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) now
    left join lateral (
      select story.job_id::text as "jobId", story.seq, story.type, story.task, story.data ->> 'name' as name,
        story.data ->> 'kind' as kind, coalesce(story.data ->> 'execution', story.task) as execution,
        ${isoOf(Prisma.sql`story.at`)} as at, agent.namespace, agent.name as agent,
        story.tx::text as tx, story.position::text as position,
        row_number() over (order by story.tx, story.row_position, story.place) as n
      from (
        select * from jobs.story
        where tenant_id = ${tenantId}::uuid
          and (story.tx, row_position) > (${after.tx}::xid8, ${after.position}::bigint - ${positionsOfRow})
          and story.tx < now.horizon and (story.tx, story.position) > (${after.tx}::xid8, ${after.position}::bigint)
        order by story.tx, row_position, place limit ${limit}
      ) as story
      left join jobs.job on job.id = story.job_id
      left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
    ) told on true
    order by told.n`;
  const rows = found.filter(isTold);
  const last = rows.at(-1);
  if (rows.length === limit && last !== undefined)
    return { rows, next: { tx: last.tx, position: last.position } };
  return { rows, next: { tx: found[0]?.horizon ?? after.tx, position: '0' } };
}

type FoundRow = { readonly horizon: string } & (StoryRow | { readonly jobId: null });

/** False for the row of a horizon without events. */
function isTold(row: FoundRow): row is FoundRow & StoryRow {
  return row.jobId !== null;
}

/** When executions began whose beginning is in an earlier portion, by `startKey`. */
export async function readStarts(
  tx: Transaction,
  tenantId: string,
  ends: readonly StoryRow[],
): Promise<ReadonlyMap<string, string>> {
  // One walk along each job: back from its last end here, no further than a bound.
  const last = new Map<string, number>();
  for (const { jobId, seq } of ends) last.set(jobId, Math.max(seq, last.get(jobId) ?? 0));
  const rows = await tx.$queryRaw<{ jobId: string; execution: string; at: string }[]>`
    select asked.job_id::text as "jobId", begun.execution, ${isoOf(Prisma.sql`begun.at`)} as at
    from unnest(${[...last.keys()]}::uuid[], ${[...last.values()]}::int[]) as asked(job_id, before)
    cross join lateral (
      select coalesce(data ->> 'execution', task) as execution, min(at) as at from jobs.story
      where tenant_id = ${tenantId}::uuid and story.job_id = asked.job_id
        and row_seq < asked.before and row_seq > asked.before - ${farthest}
        and type in ('io.serverlessworkflow.task.created.v1', 'io.serverlessworkflow.task.started.v1')
      group by 1) begun
    where begun.execution = any(${ends.map(({ execution }) => execution ?? '')}::text[])`;
  return new Map(rows.map(({ jobId, execution, at }) => [startKey({ jobId, execution }), at]));
}

/** How many events before its end a step may have begun for its duration to be known. */
const farthest = 5_000;

/** Of an execution among all jobs. */
export function startKey({ jobId, execution }: Pick<StoryRow, 'jobId' | 'execution'>): string {
  return `${jobId} ${execution ?? ''}`;
}

import type { Actor } from '../access/actor.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import type { JobState } from './job-conditions.ts';
import { isOver } from './names.ts';

/** How many jobs of a batch are in a state. */
export interface StateCount {
  readonly state: JobState;
  readonly count: number;
}

interface Needs extends Pick<VerbContext, 'database'> {
  readonly actor: Pick<Actor, 'tenantId'>;
}

/** How far batches are, by their ids: the states in which there are jobs. Each member is looked at by its key. */
export async function loadBatchCounts(
  context: Needs,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StateCount[]>> {
  const { tenantId } = context.actor;
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<readonly (StateCount & { batchId: string })[]>`
      select member.batch_id::text as "batchId", job.state::text as state, count(*)::int as count
      from jobs.batch_member as member join jobs.job as job on job.id = member.job_id
      where member.tenant_id = ${tenantId}::uuid and member.batch_id = any(${batchIds}::uuid[])
        and job.tenant_id = ${tenantId}::uuid
      group by 1, job.state order by job.state`,
  );
  return Map.groupBy(rows, ({ batchId }) => batchId);
}

/** How many of the jobs are over. */
export function overCount(counts: readonly StateCount[]): number {
  return counts.filter(({ state }) => isOver(state)).reduce((sum, { count }) => sum + count, 0);
}

/** How many there are. */
export function allCount(counts: readonly StateCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

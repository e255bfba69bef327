import { z } from 'zod';

import type { JsonValue } from '../../kernel/json.ts';
import { read } from '../read.ts';
import type { ReadingContext } from './sensitive/readers.ts';
import { shownValues } from './sensitive/shown-rows.ts';

/** A failure, a lost attempt or a redrive of a job. */
export interface JobAttempt {
  readonly jobId: string;
  readonly kind: 'FAILED' | 'LOST' | 'DEAD' | 'REDRIVEN';
  readonly at: Date;
  readonly attempt: number | null;
  readonly error: JsonValue;
}

const maxAttempts = 100;
const uuid = z.uuid();

/** The latest of each job, oldest first, one query for all. */
export async function loadJobAttempts(
  context: ReadingContext,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JobAttempt[]>> {
  const { tenantId } = context.actor;
  const ids = jobIds.filter((id) => uuid.safeParse(id).success);
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<readonly JobAttempt[]>`
      select job.id::text as "jobId", told.kind, told.at, told.attempt, told.error
      from unnest(${ids}::uuid[]) as job(id), lateral (
        select seq, at, (data ->> 'attempt')::int as attempt, data -> 'error' as error,
          case type
            when 'io.serverlessworkflow.workflow.faulted.v1' then 'FAILED'
            when 'dev.operandi.job.attempt-lost.v1' then 'LOST'
            when 'dev.operandi.job.dead.v1' then 'DEAD'
            else 'REDRIVEN'
          end as kind
        from jobs.event
        where tenant_id = ${tenantId}::uuid and job_id = job.id and type in (
          'io.serverlessworkflow.workflow.faulted.v1', 'dev.operandi.job.attempt-lost.v1',
          'dev.operandi.job.dead.v1', 'dev.operandi.job.redriven.v1')
        order by seq desc limit ${maxAttempts}
      ) as told
      order by job.id, told.seq`,
  );
  return Map.groupBy(await shownValues(context, rows), ({ jobId }) => jobId);
}

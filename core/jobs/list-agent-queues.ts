import { z } from 'zod';

import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import type { Depth } from './get-queue-stats.ts';

/** The jobs of one agent that are not over. */
export interface AgentQueue extends Depth {
  readonly agentId: string;
}

const firstInput = z.int().min(1).max(100);

/** Agents of the tenant with jobs that are not over, those with most queued ones first. */
export async function listAgentQueues(
  context: VerbContext,
  first: unknown,
): Promise<readonly AgentQueue[]> {
  await permit(context, 'JOBS_READ');
  const count = parse(firstInput, first, 'first');
  const { tenantId } = context.actor;
  return await read(
    context,
    (tx) => tx.$queryRaw<readonly AgentQueue[]>`
      select agent_id::text as "agentId", count(*) filter (where state = 'QUEUED')::int as queued,
        count(*) filter (where state = 'QUEUED' and shard = 1)::int as limited,
        count(*) filter (where state = 'RUNNING')::int as running,
        count(*) filter (where state = 'WAITING')::int as waiting,
        count(*) filter (where state = 'PAUSED')::int as paused,
        coalesce(greatest(extract(epoch from now() - min(run_at) filter (where state = 'QUEUED')), 0), 0)::float8
          as "oldestQueuedSeconds"
      from jobs.job
      where tenant_id = ${tenantId}::uuid and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
      group by agent_id order by queued desc, agent_id limit ${count}`,
  );
}

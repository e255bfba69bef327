import { z } from 'zod';

import type { Actor } from '../access/actor.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Which limit of its agent a job waits for. */
export interface JobBlock {
  readonly reason: 'CONCURRENCY' | 'RATE';
  /** The key it shares the limit with; null where the whole agent does. */
  readonly key: string | null;
  readonly limit: number;
  /** How many of it are taken. */
  readonly used: number;
  /** Milliseconds; of a rate. */
  readonly periodMs: number | null;
}

interface Needs extends Pick<VerbContext, 'database'> {
  readonly actor: Pick<Actor, 'tenantId'>;
}

interface BlockRow {
  readonly id: string;
  readonly gate: string;
  readonly concurrency: number | null;
  readonly through: number;
  readonly rate: number | null;
  readonly begun: number | null;
  readonly period: number | null;
}

const uuid = z.uuid();

/** What keeps queued jobs from the workers, by job id; those that only wait for a worker are left out. */
export async function loadBlocks(
  context: Needs,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, JobBlock>> {
  const { tenantId } = context.actor;
  const wanted = jobIds.filter((id) => uuid.safeParse(id).success);
  // Jobs of a page stand at few gates: each is counted once.
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<readonly BlockRow[]>`
      with parked as materialized (
        select id, agent_id, gate from jobs.job
        where tenant_id = ${tenantId}::uuid and id = any(${wanted}::uuid[]) and state = 'QUEUED' and shard = 1 and gate is not null
      ), line as materialized (
        select each.agent_id, each.gate, keeper.concurrency, keeper.rate, keeper.rate_period_ms::float8 as period,
          jobs.through(${tenantId}::uuid, each.agent_id, each.gate) as through,
          case when keeper.rate is not null
            then jobs.begun(${tenantId}::uuid, each.agent_id, keeper.rate_period_ms) end as begun
        from (select distinct agent_id, gate from parked) as each
        join jobs.gatekeeper as keeper on keeper.tenant_id = ${tenantId}::uuid and keeper.agent_id = each.agent_id
      )
      select parked.id::text, line.gate, concurrency, through, rate, begun, period
      from parked join line on line.agent_id = parked.agent_id and line.gate = parked.gate`,
  );
  return new Map(rows.flatMap((row) => blockOf(row)));
}

function blockOf(row: BlockRow): readonly (readonly [string, JobBlock])[] {
  const { id, gate, concurrency, through, rate, begun, period } = row;
  if (concurrency !== null && through >= concurrency) {
    const key = gate === '' ? null : gate;
    const block = { key, limit: concurrency, used: through, periodMs: null };
    return [[id, { reason: 'CONCURRENCY', ...block }]];
  }
  if (rate === null || begun === null || begun < rate) return [];
  return [[id, { reason: 'RATE', key: null, limit: rate, used: begun, periodMs: period }]];
}

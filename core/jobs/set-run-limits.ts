import type { RunLimits } from '../../engine/placement.ts';
import type { Transaction } from '../../kernel/database/database.ts';

/** Which agent of which tenant. */
interface AgentRef {
  readonly tenantId: string;
  readonly agentId: string;
}

/** Makes the limits of a version those of its agent, for jobs that wait already too. An agent that never had any gets no row. */
export async function setRunLimits(
  tx: Transaction,
  { tenantId, agentId }: AgentRef,
  limits: RunLimits,
): Promise<void> {
  const [concurrency, rate] = [limits.concurrency ?? null, limits.rate ?? null];
  const ratePeriodMs = limits.ratePeriodMs ?? null;
  const isLimited = concurrency !== null || rate !== null;
  const changed = await tx.$executeRaw`
    insert into jobs.gatekeeper as known (tenant_id, agent_id, concurrency, rate, rate_period_ms)
    select ${tenantId}::uuid, ${agentId}::uuid, ${concurrency}::int, ${rate}::int, ${ratePeriodMs}::bigint
    where ${isLimited} or exists (
      select from jobs.gatekeeper where tenant_id = ${tenantId}::uuid and agent_id = ${agentId}::uuid)
    on conflict (tenant_id, agent_id) do update
    set concurrency = excluded.concurrency, rate = excluded.rate, rate_period_ms = excluded.rate_period_ms
    where (known.concurrency, known.rate, known.rate_period_ms)
      is distinct from (excluded.concurrency, excluded.rate, excluded.rate_period_ms)`;
  if (changed === 0) return;
  await tx.$executeRaw`
    insert into jobs.gate_signal (tenant_id, agent_id) values (${tenantId}::uuid, ${agentId}::uuid)`;
}

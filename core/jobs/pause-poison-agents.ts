import { pauseAgentJobs } from '../../queue/agent-jobs.ts';
import { inTransaction } from '../../queue/statement.ts';
import { systemActor } from '../access/actor.ts';
import { auditRow, recordAll } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { eventChannel } from './channels.ts';

interface PausedRow {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

interface Bounds {
  /** Jobs of one agent that may have died alone within an hour. */
  readonly deaths: number;
  /** Most jobs that are paused by one call. */
  readonly limit: number;
}

/**
 * Pauses the agents of which several jobs have killed what ran them, and the jobs of such agents that wait; answers how
 * many jobs those were. Other agents of the tenant go on.
 */
export async function pausePoisonAgents(
  services: Pick<Services, 'database' | 'doorbell' | 'log'>,
  { deaths, limit }: Bounds,
): Promise<number> {
  const { database, doorbell, log } = services;
  const { agents, tenantIds } = await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<readonly PausedRow[]>`
      with guilty as (
        select agent.tenant_id, agent.id, count(*) as deaths
        from jobs.job as job
        join jobs.agent as agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
        where job.state = 'DEAD' and job.losses >= 2 and agent.paused_at is null
          and job.finished_at > greatest(now() - interval '1 hour', agent.resumed_at)
        group by agent.tenant_id, agent.id
        having count(*) >= ${deaths}
      )
      update jobs.agent as agent
      set paused_at = now(), pause_reason = guilty.deaths || ' of its jobs killed what ran them within an hour'
      from guilty where agent.tenant_id = guilty.tenant_id and agent.id = guilty.id and agent.paused_at is null
      returning agent.tenant_id::text as "tenantId", agent.id::text, agent.name, agent.pause_reason as reason`;
    await recordAll(tx, rows.map(pauseRow));
    return { agents: rows, tenantIds: await pauseAgentJobs(inTransaction(tx), limit) };
  });
  for (const { tenantId, id, reason } of agents)
    log.error({ tenantId, agentId: id, reason }, 'paused an agent');
  for (const tenantId of new Set(tenantIds)) doorbell.ring(eventChannel(tenantId));
  return tenantIds.length;
}

function pauseRow({ tenantId, id, name, reason }: PausedRow) {
  return auditRow(
    { actor: systemActor(tenantId) },
    { action: 'agent.pause', target: { kind: 'agent', id }, data: { name, reason } },
  );
}

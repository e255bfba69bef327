import type { Transaction } from '../../../kernel/database/database.ts';
import { refuse } from '../../parse.ts';
import type { TriggerRow } from '../scheduled-job.ts';

/** Refuses where the agent takes no jobs, as `submitJob` does. */
export async function requireRunnable(
  tx: Transaction,
  { tenantId, agentId, isArchived }: TriggerRow,
): Promise<void> {
  if (isArchived) refuse('CONFLICT', 'input.id', 'the agent is archived');
  const agent = await tx.agent.findUnique({
    where: { tenantId_id: { tenantId, id: agentId } },
    select: { pauseReason: true },
  });
  const why = agent?.pauseReason ?? null;
  if (why !== null)
    refuse(
      'CONFLICT',
      'input.id',
      `the agent is paused, as ${why}; mend it, then call resumeAgent`,
    );
}

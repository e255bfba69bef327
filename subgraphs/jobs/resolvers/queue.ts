import { listAgentQueues } from '../../../core/jobs/list-agent-queues.ts';
import type { AgentQueueStatsResolvers, QueueStatsResolvers } from '../_generated/resolvers.ts';
import { agentRow } from '../loaders.ts';

export const queueStats: QueueStatsResolvers = {
  agents: async (_queue, { first }, context) => [...(await listAgentQueues(context, first))],
};

export const agentQueueStats: AgentQueueStatsResolvers = {
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
};

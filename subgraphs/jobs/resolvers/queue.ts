import { listAgentQueues } from '../../../core/jobs/list-agent-queues.ts';
import { listQueueWorkers } from '../../../core/jobs/list-queue-workers.ts';
import type {
  AgentQueueStatsResolvers,
  QueueStatsResolvers,
  QueueWorkerResolvers,
} from '../_generated/resolvers.ts';
import { agentRow } from '../loaders.ts';
import { presentTime } from '../presenters.ts';

export const queueStats: QueueStatsResolvers = {
  workers: async (_queue, _args, context) => [...(await listQueueWorkers(context))],
  agents: async (_queue, { first }, context) => [...(await listAgentQueues(context, first))],
};

export const agentQueueStats: AgentQueueStatsResolvers = {
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
};

export const queueWorker: QueueWorkerResolvers = {
  jobs: ({ jobIds }) => jobIds.map((id) => ({ id })),
  leaseUntil: ({ leaseUntil }) => presentTime(leaseUntil),
};

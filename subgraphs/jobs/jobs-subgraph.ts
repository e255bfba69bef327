import type { Services } from '../../core/context.ts';
import { createSubgraph } from '../server/create-subgraph.ts';
import { readTypeDefs } from '../server/schema.ts';
import type { SubgraphParts } from '../server/schema.ts';
import type { SubgraphSettings } from '../server/settings.ts';
import type { Subgraph } from '../server/subgraph.ts';
import type { Resolvers } from './_generated/resolvers.ts';
import { permissions } from './permissions.ts';
import { agent, agentSchedule, agentVersion, finding } from './resolvers/agent.ts';
import { approval, approvalDecision } from './resolvers/approval.ts';
import { backtest, backtestResult } from './resolvers/backtest.ts';
import { bulkOperation } from './resolvers/bulk-operation.ts';
import { decisionLink } from './resolvers/decision-link.ts';
import { delegation } from './resolvers/delegation.ts';
import { inboundWebhook } from './resolvers/inbound-webhook.ts';
import { jobBatch } from './resolvers/batch.ts';
import {
  job,
  jobAttempt,
  jobChange,
  jobConnection,
  jobEvent,
  jobPathStep,
  jobStep,
  jobTiming,
} from './resolvers/job.ts';
import { mutation } from './resolvers/mutation.ts';
import { query } from './resolvers/query.ts';
import { agentQueueStats, queueStats, queueWorker } from './resolvers/queue.ts';
import { schedule, scheduleSkip } from './resolvers/schedule.ts';
import { secret } from './resolvers/secret.ts';
import { subscription } from './resolvers/subscription.ts';
import { webhook, webhookDelivery } from './resolvers/webhook.ts';

const resolvers: Resolvers = {
  Query: query,
  Mutation: mutation,
  Subscription: subscription,
  Agent: agent,
  AgentSchedule: agentSchedule,
  AgentVersion: agentVersion,
  Approval: approval,
  ApprovalDecision: approvalDecision,
  DecisionLink: decisionLink,
  Delegation: delegation,
  Finding: finding,
  Job: job,
  JobBatch: jobBatch,
  JobChange: jobChange,
  JobConnection: jobConnection,
  JobEvent: jobEvent,
  JobAttempt: jobAttempt,
  JobStep: jobStep,
  JobTiming: jobTiming,
  JobPathStep: jobPathStep,
  QueueStats: queueStats,
  AgentQueueStats: agentQueueStats,
  QueueWorker: queueWorker,
  Schedule: schedule,
  ScheduleSkip: scheduleSkip,
  Secret: secret,
  BulkOperation: bulkOperation,
  Backtest: backtest,
  BacktestResult: backtestResult,
  InboundWebhook: inboundWebhook,
  Webhook: webhook,
  WebhookDelivery: webhookDelivery,
};

/** What the subgraph is made of. */
export function jobsParts(): SubgraphParts {
  return { name: 'jobs', typeDefs: readTypeDefs('jobs'), resolvers, permissions };
}

/** The subgraph of agents, jobs and approvals. */
export function createJobsSubgraph(services: Services, settings: SubgraphSettings): Subgraph {
  return createSubgraph(jobsParts(), services, settings);
}

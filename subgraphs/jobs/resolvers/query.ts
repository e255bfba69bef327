import { findBacktest, listBacktests } from '../../../core/jobs/backtests/list-backtests.ts';
import { findAgent } from '../../../core/jobs/find-agent.ts';
import { findBatch } from '../../../core/jobs/find-batch.ts';
import { listDecisionLinks } from '../../../core/jobs/decision-links/list-decision-links.ts';
import { listDelegations } from '../../../core/jobs/delegations/list-delegations.ts';
import { findJob } from '../../../core/jobs/find-job.ts';
import { getQueueStats } from '../../../core/jobs/get-queue-stats.ts';
import { listAgents } from '../../../core/jobs/list-agents.ts';
import { listApprovals } from '../../../core/jobs/list-approvals.ts';
import { listJobs } from '../../../core/jobs/list-jobs.ts';
import { listSecrets } from '../../../core/jobs/list-secrets.ts';
import { getRedrivePlan } from '../../../core/jobs/redrive-plan.ts';
import { jobRetention } from '../../../core/jobs/retention/retention.ts';
import { findSchedule, listSchedules } from '../../../core/jobs/schedules/find-schedule.ts';
import { previewSchedule } from '../../../core/jobs/schedules/preview-schedule.ts';
import { validateDefinition } from '../../../core/jobs/validate-definition.ts';
import {
  findInboundWebhook,
  listInboundWebhooks,
} from '../../../core/inbound/list-inbound-webhooks.ts';
import { findDelivery, findWebhook } from '../../../core/webhooks/find-webhook.ts';
import { listWebhooks } from '../../../core/webhooks/list-webhooks.ts';
import {
  findBulkOperation,
  listBulkOperations,
} from '../../../core/jobs/bulk/list-bulk-operations.ts';
import { validations } from '../budgets.ts';
import { findNode, findNodes } from '../find-node.ts';
import type { QueryResolvers } from '../_generated/resolvers.ts';
import {
  presentBatch,
  presentJob,
  presentJobs,
  presentPreview,
  presentRedrivePlan,
} from '../presenters.ts';

export const query: QueryResolvers = {
  node: (_query, { id }, context) => findNode(context, id),
  nodes: (_query, { ids }, context) => findNodes(context, ids),
  agent: (_query, args, context) => findAgent(context, args),
  jobRetention: (_query, _args, context) => jobRetention(context),
  agents: (_query, args, context) => listAgents(context, args),
  job: async (_query, { id }, context) => presentJob(context, await findJob(context, id)),
  jobs: async (_query, args, context) =>
    presentJobs(context, await listJobs(context, args), args.filter),
  jobBatch: async (_query, { id }, context) => presentBatch(await findBatch(context, id)),
  approvals: (_query, args, context) => listApprovals(context, args),
  decisionLinks: (_query, args, context) => listDecisionLinks(context, args),
  delegations: (_query, args, context) => listDelegations(context, args),
  redrivePlan: async (_query, { jobId, ...wish }, context) =>
    presentRedrivePlan(await getRedrivePlan(context, { id: jobId, ...wish })),
  queue: (_query, _args, context) => getQueueStats(context),
  secrets: (_query, args, context) => listSecrets(context, args),
  schedule: (_query, { id }, context) => findSchedule(context, id),
  schedules: (_query, args, context) => listSchedules(context, args),
  previewSchedule: async (_query, { input }, context) =>
    presentPreview(await previewSchedule(context, input)),
  bulkOperation: (_query, { id }, context) => findBulkOperation(context, id),
  bulkOperations: (_query, args, context) => listBulkOperations(context, args),
  backtest: (_query, { id }, context) => findBacktest(context, id),
  backtests: (_query, args, context) => listBacktests(context, args),
  inboundWebhook: (_query, { id }, context) => findInboundWebhook(context, id),
  inboundWebhooks: (_query, args, context) => listInboundWebhooks(context, args),
  webhook: (_query, { id }, context) => findWebhook(context, id),
  webhooks: (_query, args, context) => listWebhooks(context, args),
  webhookDelivery: (_query, { id }, context) => findDelivery(context, id),
  validateDefinition: (_query, { definition }, context) => {
    validations(context).spend(1);
    return validateDefinition(context, definition);
  },
};

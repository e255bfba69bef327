import { tailApprovals } from '../../../core/jobs/tail-approvals.ts';
import { tailBulkOperation } from '../../../core/jobs/bulk/tail-bulk-operation.ts';
import { tailBacktest } from '../../../core/jobs/backtests/tail-backtest.ts';
import { tailBatch } from '../../../core/jobs/tail-batch.ts';
import { tailJobChanges } from '../../../core/jobs/tail-job-changes.ts';
import { tailJob } from '../../../core/jobs/tail-job.ts';
import type { SubscriptionResolvers } from '../_generated/resolvers.ts';

// An event is the root value itself, without the field's name around it.
const resolve = <Event>(event: Event): Event => event;

export const subscription: SubscriptionResolvers = {
  jobEvents: {
    subscribe: (_root, args, context) => tailJob(context, { ...args, signal: context.signal }),
    resolve,
  },
  jobChanges: {
    subscribe: (_root, args, context) =>
      tailJobChanges(context, { ...args, signal: context.signal }),
    resolve,
  },
  bulkOperationProgress: {
    subscribe: (_root, { id }, context) =>
      tailBulkOperation(context, { id, signal: context.signal }),
    resolve,
  },
  backtestProgress: {
    subscribe: (_root, { id }, context) => tailBacktest(context, { id, signal: context.signal }),
    resolve,
  },
  jobBatchChanges: {
    subscribe: (_root, { id }, context) => tailBatch(context, { id, signal: context.signal }),
    resolve,
  },
  approvalRequests: {
    subscribe: (_root, args, context) =>
      tailApprovals(context, { ...args, signal: context.signal }),
    resolve,
  },
};

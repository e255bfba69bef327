import { archiveAgent } from '../../../core/jobs/archive-agent.ts';
import { backtestDefinition } from '../../../core/jobs/backtests/backtest-definition.ts';
import { cancelBacktest } from '../../../core/jobs/backtests/cancel-backtest.ts';
import { cancelBulkOperation } from '../../../core/jobs/bulk/cancel-bulk-operation.ts';
import { cancelJobs } from '../../../core/jobs/bulk/cancel-jobs.ts';
import { pauseJobs } from '../../../core/jobs/bulk/pause-jobs.ts';
import { redriveJobs } from '../../../core/jobs/bulk/redrive-jobs.ts';
import { resumeJobs } from '../../../core/jobs/bulk/resume-jobs.ts';
import { cancelJob } from '../../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../../core/jobs/decide-approval.ts';
import { createDecisionLink } from '../../../core/jobs/decision-links/create-decision-link.ts';
import { decideByLink } from '../../../core/jobs/decision-links/decide-by-link.ts';
import { revokeDecisionLink } from '../../../core/jobs/decision-links/revoke-decision-link.ts';
import { viewDecisionLink } from '../../../core/jobs/decision-links/view-decision-link.ts';
import { createDelegation } from '../../../core/jobs/delegations/create-delegation.ts';
import { undoDecision } from '../../../core/jobs/undo-decision.ts';
import { endDelegation } from '../../../core/jobs/delegations/end-delegation.ts';
import { deleteSecret } from '../../../core/jobs/delete-secret.ts';
import { pauseJob } from '../../../core/jobs/pause-job.ts';
import { publishAgent } from '../../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../../core/jobs/redrive-job.ts';
import { setJobRetention } from '../../../core/jobs/retention/set-job-retention.ts';
import { resumeAgent } from '../../../core/jobs/resume-agent.ts';
import { resumeJob } from '../../../core/jobs/resume-job.ts';
import { runJob } from '../../../core/jobs/run-job.ts';
import { backfillSchedule } from '../../../core/jobs/schedules/backfill-schedule.ts';
import { createSchedule } from '../../../core/jobs/schedules/create-schedule.ts';
import { updateSchedule } from '../../../core/jobs/schedules/update-schedule.ts';
import { deleteSchedule } from '../../../core/jobs/schedules/delete-schedule.ts';
import { pauseSchedule } from '../../../core/jobs/schedules/pause-schedule.ts';
import { resumeSchedule } from '../../../core/jobs/schedules/resume-schedule.ts';
import { triggerSchedule } from '../../../core/jobs/schedules/trigger-schedule.ts';
import { sendEvent } from '../../../core/jobs/send-event.ts';
import { setSecret } from '../../../core/jobs/set-secret.ts';
import { updateSecret } from '../../../core/jobs/update-secret.ts';
import { submitJob } from '../../../core/jobs/submit-job.ts';
import { submitJobs } from '../../../core/jobs/submit-jobs.ts';
import { createInboundWebhook } from '../../../core/inbound/create-inbound-webhook.ts';
import { deleteInboundWebhook } from '../../../core/inbound/delete-inbound-webhook.ts';
import { receiveWebhook } from '../../../core/inbound/receive-webhook.ts';
import { rotateInboundWebhookSecret } from '../../../core/inbound/rotate-inbound-secret.ts';
import { updateInboundWebhook } from '../../../core/inbound/update-inbound-webhook.ts';
import { createWebhook } from '../../../core/webhooks/create-webhook.ts';
import { deleteWebhook } from '../../../core/webhooks/delete-webhook.ts';
import { redeliverWebhook } from '../../../core/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from '../../../core/webhooks/rotate-webhook-secret.ts';
import { testWebhook } from '../../../core/webhooks/test-webhook.ts';
import { updateWebhook } from '../../../core/webhooks/update-webhook.ts';
import type { MutationResolvers } from '../_generated/resolvers.ts';
import {
  presentBackfill,
  presentBulk,
  presentDecisionLinkView,
  presentSubmission,
} from '../presenters.ts';

// Refusals are thrown and become `userErrors` in the server.
const userErrors: never[] = [];

export const mutation: MutationResolvers = {
  publishAgent: async (_mutation, { input }, context) => ({
    ...(await publishAgent(context, input)),
    userErrors,
  }),
  archiveAgent: async (_mutation, { input }, context) => ({
    agent: await archiveAgent(context, input),
    userErrors,
  }),
  resumeAgent: async (_mutation, { input }, context) => ({
    agent: await resumeAgent(context, input),
    userErrors,
  }),
  setJobRetention: async (_mutation, { input }, context) => ({
    retention: await setJobRetention(context, input),
    userErrors,
  }),
  submitJob: async (_mutation, { input }, context) =>
    presentSubmission(await submitJob(context, input)),
  submitJobs: async (_mutation, { input }, context) => ({
    ...presentBulk(await submitJobs(context, input)),
    userErrors,
  }),
  runJob: async (_mutation, { input }, context) =>
    presentSubmission(await runJob(context, input, context.signal)),
  cancelJob: async (_mutation, { input }, context) => ({
    job: await cancelJob(context, input),
    userErrors,
  }),
  pauseJob: async (_mutation, { input }, context) => ({
    job: await pauseJob(context, input),
    userErrors,
  }),
  resumeJob: async (_mutation, { input }, context) => ({
    job: await resumeJob(context, input),
    userErrors,
  }),
  redriveJob: async (_mutation, { input }, context) => ({
    job: await redriveJob(context, input),
    userErrors,
  }),
  cancelJobs: async (_mutation, { input }, context) => ({
    ...(await cancelJobs(context, input)),
    userErrors,
  }),
  pauseJobs: async (_mutation, { input }, context) => ({
    ...(await pauseJobs(context, input)),
    userErrors,
  }),
  resumeJobs: async (_mutation, { input }, context) => ({
    ...(await resumeJobs(context, input)),
    userErrors,
  }),
  redriveJobs: async (_mutation, { input }, context) => ({
    ...(await redriveJobs(context, input)),
    userErrors,
  }),
  cancelBulkOperation: async (_mutation, { input }, context) => ({
    operation: await cancelBulkOperation(context, input),
    userErrors,
  }),
  backtestDefinition: async (_mutation, { input }, context) => ({
    backtest: await backtestDefinition(context, input),
    userErrors,
  }),
  cancelBacktest: async (_mutation, { input }, context) => ({
    backtest: await cancelBacktest(context, input),
    userErrors,
  }),
  decideApproval: async (_mutation, { input }, context) => ({
    approval: await decideApproval(context, input),
    userErrors,
  }),
  undoDecision: async (_mutation, { input }, context) => ({
    approval: await undoDecision(context, input),
    userErrors: [],
  }),
  createDecisionLink: async (_mutation, { input }, context) => ({
    ...(await createDecisionLink(context, input)),
    userErrors,
  }),
  revokeDecisionLink: async (_mutation, { input }, context) => ({
    decisionLink: await revokeDecisionLink(context, input),
    userErrors,
  }),
  viewDecisionLink: async (_mutation, { input }, context) =>
    presentDecisionLinkView(await viewDecisionLink(context, input)),
  decideByLink: async (_mutation, { input }, context) => ({
    outcome: await decideByLink(context, input),
    userErrors,
  }),
  createDelegation: async (_mutation, { input }, context) => ({
    delegation: await createDelegation(context, input),
    userErrors,
  }),
  endDelegation: async (_mutation, { input }, context) => ({
    delegation: await endDelegation(context, input),
    userErrors,
  }),
  sendEvent: async (_mutation, { input }, context) => ({
    ...(await sendEvent(context, input)),
    userErrors,
  }),
  setSecret: async (_mutation, { input }, context) => ({
    secret: await setSecret(context, input),
    userErrors,
  }),
  updateSecret: async (_mutation, { input }, context) => ({
    secret: await updateSecret(context, input),
    userErrors,
  }),
  deleteSecret: async (_mutation, { input }, context) => ({
    secret: await deleteSecret(context, input),
    userErrors,
  }),
  createSchedule: async (_mutation, { input }, context) => ({
    schedule: await createSchedule(context, input),
    userErrors,
  }),
  updateSchedule: async (_mutation, { input }, context) => ({
    schedule: await updateSchedule(context, input),
    userErrors,
  }),
  deleteSchedule: async (_mutation, { input }, context) => ({
    schedule: await deleteSchedule(context, input),
    userErrors,
  }),
  pauseSchedule: async (_mutation, { input }, context) => ({
    schedule: await pauseSchedule(context, input),
    userErrors,
  }),
  resumeSchedule: async (_mutation, { input }, context) => ({
    schedule: await resumeSchedule(context, input),
    userErrors,
  }),
  triggerSchedule: async (_mutation, { input }, context) => ({
    job: await triggerSchedule(context, input),
    userErrors,
  }),
  backfillSchedule: async (_mutation, { input }, context) => ({
    ...presentBackfill(await backfillSchedule(context, input)),
    userErrors,
  }),
  createWebhook: async (_mutation, { input }, context) => ({
    ...(await createWebhook(context, input)),
    userErrors,
  }),
  updateWebhook: async (_mutation, { input }, context) => ({
    webhook: await updateWebhook(context, input),
    userErrors,
  }),
  deleteWebhook: async (_mutation, { input }, context) => ({
    webhook: await deleteWebhook(context, input),
    userErrors,
  }),
  rotateWebhookSecret: async (_mutation, { input }, context) => ({
    ...(await rotateWebhookSecret(context, input)),
    userErrors,
  }),
  testWebhook: async (_mutation, { input }, context) => ({
    delivery: await testWebhook(context, input),
    userErrors,
  }),
  redeliverWebhook: async (_mutation, { input }, context) => ({
    delivery: await redeliverWebhook(context, input),
    userErrors,
  }),
  createInboundWebhook: async (_mutation, { input }, context) => ({
    ...(await createInboundWebhook(context, input)),
    userErrors,
  }),
  updateInboundWebhook: async (_mutation, { input }, context) => ({
    inboundWebhook: await updateInboundWebhook(context, input),
    userErrors,
  }),
  deleteInboundWebhook: async (_mutation, { input }, context) => ({
    inboundWebhook: await deleteInboundWebhook(context, input),
    userErrors,
  }),
  rotateInboundWebhookSecret: async (_mutation, { input }, context) => ({
    ...(await rotateInboundWebhookSecret(context, input)),
    userErrors,
  }),
  receiveWebhook: (_mutation, { input }, context) => receiveWebhook(context, input),
};

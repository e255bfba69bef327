import { listAgentVersions } from '../../core/jobs/list-agent-versions.ts';
import { listJobEvents } from '../../core/jobs/list-job-events.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { loadDecisions, loadSpeakers, type Speaker } from '../../core/jobs/load-decisions.ts';
import { loadCanUndo } from '../../core/jobs/load-undoable.ts';
import type { ShownDecision } from '../../core/jobs/sensitive/shown-decisions.ts';
import {
  loadAgentVersions,
  loadAgents,
  loadApprovals,
  loadApprovalsOfJobs,
  loadCurrentVersions,
  loadJobData,
  loadJobs,
  loadSchedules,
} from '../../core/jobs/load-jobs.ts';
import { loadTimings, type JobTiming } from '../../core/jobs/timing/load-timings.ts';
import { loadJobAttempts } from '../../core/jobs/load-job-attempts.ts';
import type { JobAttempt } from '../../core/jobs/load-job-attempts.ts';
import { loadBlocks } from '../../core/jobs/load-blocks.ts';
import type { JobBlock } from '../../core/jobs/load-blocks.ts';
import { loadBatchCounts } from '../../core/jobs/load-batch-counts.ts';
import type { StateCount } from '../../core/jobs/load-batch-counts.ts';
import { loadScheduleInputs } from '../../core/jobs/schedules/find-schedule.ts';
import { loadLabels } from '../../core/jobs/load-labels.ts';
import type { JobData } from '../../core/jobs/load-jobs.ts';
import { loadWebhooks } from '../../core/webhooks/find-webhook.ts';
import { listDeliveries } from '../../core/webhooks/list-deliveries.ts';
import type { WebhookInfo } from '../../core/webhooks/load-webhook.ts';
import type {
  Agent,
  AgentVersion,
  Approval,
  Job,
  JobLabel,
  Schedule,
} from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { byId, loader } from '../server/by-id.ts';
import type { SubgraphContext } from '../server/context.ts';
import { pagesOf } from '../server/pages.ts';

export const jobs = byId<Job>(loadJobs);
export const agents = byId<Agent>(loadAgents);
export const agentVersions = byId<AgentVersion>(loadAgentVersions);
export const approvals = byId<Approval>(loadApprovals);
export const approvalsOfJob = byId<readonly Approval[]>(loadApprovalsOfJobs);
export const decisionsOfApproval = byId<readonly ShownDecision[]>(loadDecisions);
/** As whom the caller may decide an approval, by its row; undefined where they may not. */
export const speakerOf = loader<Approval, Speaker | undefined>(loadSpeakers);
/** Whether the caller may take back what they decided, by the row of the approval. */
export const undoableOf = loader<Approval, boolean>(loadCanUndo);
export const eventsOfJob = pagesOf(listJobEvents);
export const stepsOfJob = pagesOf(listJobSteps);
export const versionsOfAgent = pagesOf(listAgentVersions);
export const schedulesOfAgent = byId<readonly Schedule[]>(loadSchedules);
export const inputsOfSchedules = byId<JsonValue>(loadScheduleInputs);
export const blockOfJob = byId<JobBlock>(loadBlocks);
export const countsOfBatch = byId<readonly StateCount[]>(loadBatchCounts);
export const labelsOfJob = byId<readonly JobLabel[]>(loadLabels);
export const attemptsOfJob = byId<readonly JobAttempt[]>(loadJobAttempts);
export const timingOfJob = byId<JobTiming>(loadTimings);
export const webhooks = byId<WebhookInfo>(loadWebhooks);
export const deliveriesOfWebhook = pagesOf(listDeliveries);
const data = byId<JobData>(loadJobData);

/** The version that new jobs of an agent run. */
export const currentVersions = loader<Agent, AgentVersion>(async (context, wanted) => {
  const found = await loadCurrentVersions(context, wanted);
  return wanted.map(({ id }) => found.get(id) ?? new NotFoundError('AgentVersion', id));
});

export async function jobRow(context: SubgraphContext, id: string): Promise<Job> {
  return required('Job', id, await jobs(context).load(id));
}

export async function jobData(context: SubgraphContext, id: string): Promise<JobData> {
  return required('Job', id, await data(context).load(id));
}

export async function agentRow(context: SubgraphContext, id: string): Promise<Agent> {
  return required('Agent', id, await agents(context).load(id));
}

export async function agentVersionRow(context: SubgraphContext, id: string): Promise<AgentVersion> {
  return required('AgentVersion', id, await agentVersions(context).load(id));
}

function required<Row>(entity: string, id: string, row: Row | null): Row {
  if (row === null) throw new NotFoundError(entity, id);
  return row;
}

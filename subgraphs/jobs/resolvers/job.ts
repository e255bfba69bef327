import { attributesOf } from '../../../core/jobs/cloud-event.ts';
import { countJobs } from '../../../core/jobs/count-jobs.ts';
import { jobEventCursor } from '../../../core/jobs/job-event.ts';
import { shownKey } from '../../../core/jobs/platform-key.ts';
import { recordJob } from '../../../core/jobs/record-job.ts';
import { renderResult } from '../../../core/jobs/render-result.ts';
import { findCriticalPath } from '../../../core/jobs/timing/find-critical-path.ts';
import { readTraceparent } from '../../../kernel/traceparent.ts';
import { paths, recordings, renderWithin, timings } from '../budgets.ts';
import type {
  JobAttemptResolvers,
  JobChangeResolvers,
  JobConnectionResolvers,
  JobEventResolvers,
  JobPathStepResolvers,
  JobResolvers,
  JobStepResolvers,
  JobTimingResolvers,
} from '../_generated/resolvers.ts';
import {
  agentRow,
  agentVersionRow,
  approvalsOfJob,
  blockOfJob,
  attemptsOfJob,
  eventsOfJob,
  jobData,
  jobRow,
  jobs,
  labelsOfJob,
  stepsOfJob,
  timingOfJob,
} from '../loaders.ts';
import {
  knownJob,
  presentJob,
  presentOptionalTime,
  presentPriority,
  presentProblem,
  presentTime,
} from '../presenters.ts';

export const job: JobResolvers = {
  __resolveReference: async ({ id }, context) => presentJob(context, await jobs(context).load(id)),
  state: async ({ id }, _args, context) => (await jobRow(context, id)).state,
  priority: async ({ id }, _args, context) => presentPriority(await jobRow(context, id)),
  agentVersion: async ({ id }, _args, context) =>
    agentVersionRow(context, (await jobRow(context, id)).agentVersionId),
  agent: async ({ id }, _args, context) => agentRow(context, (await jobRow(context, id)).agentId),
  traceId: async ({ id }, _args, context) =>
    readTraceparent((await jobData(context, id)).traceparent)?.traceId ?? null,
  input: async ({ id }, _args, context) => (await jobData(context, id)).input,
  output: async ({ id }, _args, context) => (await jobData(context, id)).output,
  error: async ({ id }, _args, context) => presentProblem((await jobData(context, id)).error),
  result: async ({ id }, wish, context) => {
    const [row, data] = await Promise.all([jobRow(context, id), jobData(context, id)]);
    const version = await agentVersionRow(context, row.agentVersionId);
    return await renderWithin(context, () =>
      renderResult(context, { job: row, data, version, ...wish }),
    );
  },
  recording: async ({ id }, _args, context) => {
    recordings(context).spend(1);
    return await recordJob(context, { id });
  },
  steps: ({ id }, args, context) => stepsOfJob(context).load({ ...args, jobId: id }),
  events: ({ id }, args, context) => eventsOfJob(context).load({ ...args, jobId: id }),
  approvals: async ({ id }, _args, context) => (await approvalsOfJob(context).load(id)) ?? [],
  parent: async ({ id }, _args, context) => {
    const { parentId } = await jobRow(context, id);
    return parentId === null ? null : { id: parentId };
  },
  attempts: async ({ id }, _args, context) => (await jobRow(context, id)).attempt,
  attemptsLog: async ({ id }, _args, context) => (await attemptsOfJob(context).load(id)) ?? [],
  idempotencyKey: async ({ id }, _args, context) =>
    shownKey((await jobRow(context, id)).idempotencyKey),
  labels: async ({ id }, _args, context) => (await labelsOfJob(context).load(id)) ?? [],
  submitter: async ({ id }, _args, context) => (await jobRow(context, id)).submitter,
  blockedBy: ({ id }, _args, context) => blockOfJob(context).load(id),
  createdAt: async ({ id }, _args, context) => presentTime((await jobRow(context, id)).createdAt),
  startedAt: async ({ id }, _args, context) =>
    presentOptionalTime((await jobRow(context, id)).startedAt),
  finishedAt: async ({ id }, _args, context) =>
    presentOptionalTime((await jobRow(context, id)).finishedAt),
  wakesAt: async ({ id }, _args, context) => {
    const { state, runAt } = await jobRow(context, id);
    return state === 'WAITING' ? presentOptionalTime(runAt) : null;
  },
  timing: async ({ id }, _args, context) => {
    timings(context).spend(1);
    return await timingOfJob(context).load(id);
  },
};

export const jobTiming: JobTimingResolvers = {
  criticalPath: async ({ jobId }, _args, context) => {
    paths(context).spend(1);
    return await findCriticalPath(context, jobId);
  },
};

export const jobPathStep: JobPathStepResolvers = {
  startedAt: ({ from }) => presentTime(new Date(from)),
  durationMs: ({ from, to }) => to - from,
};

export const jobConnection: JobConnectionResolvers = {
  totalCount: ({ filter }, _args, context) => countJobs(context, filter),
};

export const jobAttempt: JobAttemptResolvers = {
  at: ({ at }) => presentTime(at),
  error: ({ error }) => presentProblem(error),
};

export const jobStep: JobStepResolvers = {
  startedAt: ({ startedAt }) => presentTime(startedAt),
  finishedAt: ({ finishedAt }) => presentOptionalTime(finishedAt),
  error: ({ error }) => presentProblem(error),
};

export const jobEvent: JobEventResolvers = {
  cursor: (event, _args, context) => jobEventCursor(context, event),
  id: (event) => attributesOf(event).id,
  source: (event) => attributesOf(event).source,
  specversion: (event) => attributesOf(event).specversion,
  subject: (event) => attributesOf(event).subject,
  datacontenttype: (event) => attributesOf(event).datacontenttype,
  time: ({ at }) => presentTime(at),
  at: ({ at }) => presentTime(at),
  job: ({ jobId }) => ({ id: jobId }),
};

export const jobChange: JobChangeResolvers = {
  job: ({ job: row }, _args, context) => knownJob(context, row),
};

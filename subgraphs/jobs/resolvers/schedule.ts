import { nextTicks, readSkip, shownTiming } from '../../../core/jobs/schedules/find-schedule.ts';
import { labelList } from '../../../core/jobs/labels.ts';
import type { ScheduleResolvers, ScheduleSkipResolvers } from '../_generated/resolvers.ts';
import { agentRow, agentVersions, inputsOfSchedules, jobs } from '../loaders.ts';
import {
  presentCatchUp,
  presentOptionalTime,
  presentOverlap,
  presentPriorityName,
  presentRepeatedTime,
  presentScheduleKind,
  presentSkippedTime,
  presentTime,
} from '../presenters.ts';

export const schedule: ScheduleResolvers = {
  kind: ({ kind }) => presentScheduleKind(kind),
  cron: (row) => shownTiming(row).cron ?? null,
  every: (row) => shownTiming(row).every ?? null,
  after: (row) => shownTiming(row).after ?? null,
  timeZone: (row) => shownTiming(row).timeZone ?? null,
  onSkippedTime: (row) => presentSkippedTime(shownTiming(row).skipped),
  onRepeatedTime: (row) => presentRepeatedTime(shownTiming(row).repeated),
  exceptDates: (row) => shownTiming(row).exceptDates ?? [],
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
  version: ({ isPinned, agentVersionId }, _args, context) =>
    isPinned ? agentVersions(context).load(agentVersionId) : null,
  input: async ({ id }, _args, context) => (await inputsOfSchedules(context).load(id)) ?? {},
  priority: ({ priority }) => presentPriorityName(priority),
  labels: ({ labels }) => labelList.parse(labels),
  overlap: ({ overlap }) => presentOverlap(overlap),
  catchUp: ({ catchUp }) => presentCatchUp(catchUp),
  catchUpWindowMs: ({ catchUpMs }) => Number(catchUpMs),
  nextAt: ({ nextAt }) => presentOptionalTime(nextAt),
  nextTicks: (row, { first }) => nextTicks(row, first).map(presentTime),
  waitingAt: ({ waitingAt }) => presentOptionalTime(waitingAt),
  lastAt: ({ lastAt }) => presentOptionalTime(lastAt),
  lastJob: async ({ lastJobId }, _args, context) =>
    lastJobId === null ? null : await jobs(context).load(lastJobId),
  lastSkip: ({ lastSkip }) => readSkip(lastSkip),
  pausedAt: ({ pausedAt }) => presentOptionalTime(pausedAt),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  updatedAt: ({ updatedAt }) => presentTime(updatedAt),
};

export const scheduleSkip: ScheduleSkipResolvers = {
  at: ({ at }) => presentTime(new Date(at)),
};

import { listLabels } from '../../../core/access/labels.ts';
import type {
  AgentResolvers,
  AgentScheduleResolvers,
  AgentVersionResolvers,
  FindingResolvers,
} from '../_generated/resolvers.ts';
import {
  agentRow,
  agentVersions,
  agents,
  currentVersions,
  schedulesOfAgent,
  versionsOfAgent,
} from '../loaders.ts';
import { presentOptionalTime, presentScheduleKind, presentTime } from '../presenters.ts';

export const agent: AgentResolvers = {
  __resolveReference: ({ id }, context) => agents(context).load(id),
  current: (parent, _args, context) => currentVersions(context).load(parent),
  versions: ({ id }, args, context) => versionsOfAgent(context).load({ ...args, agentId: id }),
  schedule: async ({ id }, _args, context) =>
    (await schedulesOfAgent(context).load(id))?.[0] ?? null,
  labels: ({ labels }) => listLabels(labels),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  archivedAt: ({ archivedAt }) => presentOptionalTime(archivedAt),
  pausedAt: ({ pausedAt }) => presentOptionalTime(pausedAt),
};

export const agentSchedule: AgentScheduleResolvers = {
  kind: ({ kind }) => presentScheduleKind(kind),
  nextAt: ({ nextAt }) => presentOptionalTime(nextAt),
  lastAt: ({ lastAt }) => presentOptionalTime(lastAt),
};

export const agentVersion: AgentVersionResolvers = {
  __resolveReference: ({ id }, context) => agentVersions(context).load(id),
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
  createdAt: ({ createdAt }) => presentTime(createdAt),
};

export const finding: FindingResolvers = {
  severity: ({ severity }) => (severity === 'error' ? 'ERROR' : 'WARNING'),
};

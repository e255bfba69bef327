import { listAgentVersions } from '../../../core/jobs/list-agent-versions.ts';
import type {
  AgentResolvers,
  AgentVersionResolvers,
  FindingResolvers,
} from '../_generated/resolvers.ts';
import { agentRow, agentVersions, agents, currentVersions } from '../loaders.ts';
import { presentOptionalTime, presentTime } from '../presenters.ts';

export const agent: AgentResolvers = {
  __resolveReference: ({ id }, context) => agents(context).load(id),
  current: (parent, _args, context) => currentVersions(context).load(parent),
  versions: ({ id }, args, context) => listAgentVersions(context, { ...args, agentId: id }),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  archivedAt: ({ archivedAt }) => presentOptionalTime(archivedAt),
};

export const agentVersion: AgentVersionResolvers = {
  __resolveReference: ({ id }, context) => agentVersions(context).load(id),
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
  createdAt: ({ createdAt }) => presentTime(createdAt),
};

export const finding: FindingResolvers = {
  severity: ({ severity }) => (severity === 'error' ? 'ERROR' : 'WARNING'),
};

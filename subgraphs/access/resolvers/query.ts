import { getTenant } from '../../../core/access/get-tenant.ts';
import { listApiKeys } from '../../../core/access/list-api-keys.ts';
import { listMembers } from '../../../core/access/list-members.ts';
import type { QueryResolvers } from '../_generated/resolvers.ts';
import { presentRoles } from '../presenters.ts';

export const query: QueryResolvers = {
  viewer: (_query, _args, { actor }) => actor,
  tenant: (_query, _args, context) => getTenant(context),
  members: (_query, args, context) => listMembers(context, args),
  apiKeys: (_query, args, context) => listApiKeys(context, args),
  roles: () => presentRoles(),
};

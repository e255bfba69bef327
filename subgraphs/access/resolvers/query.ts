import { getTenant } from '../../../core/access/get-tenant.ts';
import { listApiKeys } from '../../../core/access/list-api-keys.ts';
import { listGroups } from '../../../core/access/list-groups.ts';
import { listIdentityProviders } from '../../../core/access/list-identity-providers.ts';
import { listMembers } from '../../../core/access/list-members.ts';
import { listRoles } from '../../../core/access/list-roles.ts';
import { findDirectoryMember } from '../../../core/access/provisioning/find-directory-member.ts';
import { listDirectoryMembers } from '../../../core/access/provisioning/list-directory-members.ts';
import { listSessions } from '../../../core/access/list-sessions.ts';
import type { QueryResolvers } from '../_generated/resolvers.ts';
import { presentRoles } from '../presenters.ts';

export const query: QueryResolvers = {
  viewer: (_query, _args, { actor }) => actor,
  tenant: (_query, _args, context) => getTenant(context),
  members: (_query, args, context) => listMembers(context, args),
  directoryMembers: (_query, args, context) => listDirectoryMembers(context, args),
  directoryMember: (_query, { id }, context) => findDirectoryMember(context, id),
  apiKeys: (_query, args, context) => listApiKeys(context, args),
  roles: () => presentRoles(),
  customRoles: (_query, _args, context) => listRoles(context),
  groups: (_query, _args, context) => listGroups(context),
  identityProviders: (_query, _args, context) => listIdentityProviders(context),
  sessions: (_query, args, context) => listSessions(context, args),
};

import { addGroupMember } from '../../../core/access/add-group-member.ts';
import { createAccessToken } from '../../../core/access/create-access-token.ts';
import { createApiKey } from '../../../core/access/create-api-key.ts';
import { createGroup } from '../../../core/access/create-group.ts';
import { createIdentityProvider } from '../../../core/access/create-identity-provider.ts';
import { createRole } from '../../../core/access/create-role.ts';
import { deleteGroup } from '../../../core/access/delete-group.ts';
import { deleteRole } from '../../../core/access/delete-role.ts';
import { endSession } from '../../../core/access/end-session.ts';
import { inviteMember } from '../../../core/access/invite-member.ts';
import { provisionMember } from '../../../core/access/provisioning/provision-member.ts';
import { removeGroupMember } from '../../../core/access/remove-group-member.ts';
import { removeIdentityProvider } from '../../../core/access/remove-identity-provider.ts';
import { removeMember } from '../../../core/access/remove-member.ts';
import { revokeAccessToken } from '../../../core/access/revoke-access-token.ts';
import { revokeApiKey } from '../../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../../core/access/rotate-api-key.ts';
import { setMemberRole } from '../../../core/access/set-member-role.ts';
import { updateGroup } from '../../../core/access/update-group.ts';
import { updateRole } from '../../../core/access/update-role.ts';
import { updateTenant } from '../../../core/access/update-tenant.ts';
import type { MutationResolvers } from '../_generated/resolvers.ts';
import { presentToken } from '../presenters.ts';

// Refusals are thrown and become `userErrors` in the server.
const userErrors: never[] = [];

export const mutation: MutationResolvers = {
  createAccessToken: async (_mutation, { input }, context) => ({
    ...presentToken(await createAccessToken(context, input)),
    userErrors,
  }),
  createApiKey: async (_mutation, { input }, context) => ({
    ...(await createApiKey(context, input)),
    userErrors,
  }),
  rotateApiKey: async (_mutation, { input }, context) => ({
    ...(await rotateApiKey(context, input)),
    userErrors,
  }),
  revokeAccessToken: async (_mutation, { input }, context) => ({
    id: await revokeAccessToken(context, input),
    userErrors,
  }),
  revokeApiKey: async (_mutation, { input }, context) => ({
    apiKey: await revokeApiKey(context, input),
    userErrors,
  }),
  inviteMember: async (_mutation, { input }, context) => ({
    member: await inviteMember(context, input),
    userErrors,
  }),
  setMemberRole: async (_mutation, { input }, context) => ({
    member: await setMemberRole(context, input),
    userErrors,
  }),
  removeMember: async (_mutation, { input }, context) => ({
    member: await removeMember(context, input),
    userErrors,
  }),
  provisionMember: async (_mutation, { input }, context) => ({
    member: await provisionMember(context, input),
    userErrors,
  }),
  createRole: async (_mutation, { input }, context) => ({
    customRole: await createRole(context, input),
    userErrors,
  }),
  updateRole: async (_mutation, { input }, context) => ({
    customRole: await updateRole(context, input),
    userErrors,
  }),
  deleteRole: async (_mutation, { input }, context) => ({
    customRole: await deleteRole(context, input),
    userErrors,
  }),
  createGroup: async (_mutation, { input }, context) => ({
    group: await createGroup(context, input),
    userErrors,
  }),
  updateGroup: async (_mutation, { input }, context) => ({
    group: await updateGroup(context, input),
    userErrors,
  }),
  deleteGroup: async (_mutation, { input }, context) => ({
    group: await deleteGroup(context, input),
    userErrors,
  }),
  addGroupMember: async (_mutation, { input }, context) => ({
    group: await addGroupMember(context, input),
    userErrors,
  }),
  removeGroupMember: async (_mutation, { input }, context) => ({
    group: await removeGroupMember(context, input),
    userErrors,
  }),
  createIdentityProvider: async (_mutation, { input }, context) => ({
    identityProvider: await createIdentityProvider(context, input),
    userErrors,
  }),
  removeIdentityProvider: async (_mutation, { input }, context) => ({
    identityProvider: await removeIdentityProvider(context, input),
    userErrors,
  }),
  endSession: async (_mutation, { input }, context) => ({
    id: (await endSession(context, input)).id,
    userErrors,
  }),
  updateTenant: async (_mutation, { input }, context) => ({
    tenant: await updateTenant(context, input),
    userErrors,
  }),
};

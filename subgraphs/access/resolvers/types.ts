import { grantOfRole } from '../../../core/access/grant.ts';
import { findTenant, getTenant } from '../../../core/access/get-tenant.ts';
import type {
  ApiKeyResolvers,
  CustomRoleResolvers,
  DirectoryMemberResolvers,
  GroupResolvers,
  IdentityProviderResolvers,
  MemberResolvers,
  SessionResolvers,
  TenantResolvers,
  ViewerResolvers,
} from '../_generated/resolvers.ts';
import { apiKeys, customRoles, members, membersOfGroup } from '../loaders.ts';
import {
  presentActorKind,
  presentAlgorithms,
  presentConditions,
  presentMissingReferences,
  presentPermissions,
  presentPrefix,
  presentSessionKind,
} from '../presenters.ts';

export const viewer: ViewerResolvers = {
  kind: ({ kind }) => presentActorKind(kind),
  conditions: (viewer) => presentConditions(viewer),
  tenant: (_viewer, _args, context) => getTenant(context),
};

export const tenant: TenantResolvers = {
  __resolveReference: ({ id }, context) => findTenant(context, id),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  missingReferences: ({ missingReferences }) => presentMissingReferences(missingReferences),
};

export const member: MemberResolvers = {
  __resolveReference: ({ id }, context) => members(context).load(id),
  customRole: ({ customRoleId }, _args, context) =>
    customRoleId === null ? null : customRoles(context).load(customRoleId),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

export const directoryMember: DirectoryMemberResolvers = {
  isActive: ({ removedAt }) => removedAt === null,
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

export const apiKey: ApiKeyResolvers = {
  __resolveReference: ({ id }, context) => apiKeys(context).load(id),
  prefix: (key, _args, context) => presentPrefix(context, key),
  permissions: (key, _args, context) => presentPermissions(context, key),
  customRole: ({ customRoleId }, _args, context) =>
    customRoleId === null ? null : customRoles(context).load(customRoleId),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  expiresAt: ({ expiresAt }) => expiresAt?.toISOString() ?? null,
  lastUsedAt: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? null,
  revokedAt: ({ revokedAt }) => revokedAt?.toISOString() ?? null,
};

export const customRole: CustomRoleResolvers = {
  permissions: (role) => grantOfRole(role).permissions,
  conditions: (role) => presentConditions(grantOfRole(role)),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

export const group: GroupResolvers = {
  customRole: ({ customRoleId }, _args, context) =>
    customRoleId === null ? null : customRoles(context).load(customRoleId),
  members: async ({ id }, _args, context) => (await membersOfGroup(context).load(id)) ?? [],
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

export const identityProvider: IdentityProviderResolvers = {
  algorithms: ({ algorithms }) => presentAlgorithms(algorithms),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
};

export const session: SessionResolvers = {
  kind: ({ kind }) => presentSessionKind(kind),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  lastUsedAt: ({ lastUsedAt }) => lastUsedAt?.toISOString() ?? null,
  expiresAt: ({ expiresAt }) => expiresAt.toISOString(),
};

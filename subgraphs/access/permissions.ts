import { hasPermission, inherited, signedIn } from '../server/permissions.ts';
import type { PermissionMap } from '../server/permissions.ts';

const read = hasPermission('ACCESS_READ');
const manage = hasPermission('ACCESS_MANAGE');

/** Everyone may know who they are and where; the rest is for those who may read or manage access. */
export const permissions: PermissionMap = {
  Query: {
    _entities: read,
    viewer: signedIn,
    tenant: signedIn,
    roles: signedIn,
    members: read,
    apiKeys: read,
    identityProviders: read,
    sessions: signedIn,
  },
  Mutation: {
    createApiKey: manage,
    rotateApiKey: manage,
    revokeApiKey: manage,
    inviteMember: manage,
    setMemberRole: manage,
    removeMember: manage,
    createIdentityProvider: manage,
    removeIdentityProvider: manage,
    endSession: signedIn,
    updateTenant: manage,
  },
  Viewer: inherited,
  Tenant: inherited,
  Member: inherited,
  ApiKey: inherited,
  Role: inherited,
  IdentityProvider: inherited,
  Session: inherited,
  SessionConnection: inherited,
  SessionEdge: inherited,
  UserError: inherited,
  PageInfo: inherited,
  MemberConnection: inherited,
  MemberEdge: inherited,
  ApiKeyConnection: inherited,
  ApiKeyEdge: inherited,
  CreateApiKeyPayload: inherited,
  RotateApiKeyPayload: inherited,
  RevokeApiKeyPayload: inherited,
  InviteMemberPayload: inherited,
  SetMemberRolePayload: inherited,
  RemoveMemberPayload: inherited,
  CreateIdentityProviderPayload: inherited,
  RemoveIdentityProviderPayload: inherited,
  EndSessionPayload: inherited,
  UpdateTenantPayload: inherited,
};

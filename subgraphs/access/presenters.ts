import { environmentOf, keyPrefix } from '../../core/access/api-key.ts';
import type { ActorKind } from '../../core/access/actor.ts';
import { grantOfRole } from '../../core/access/grant.ts';
import type { Grant } from '../../core/access/grant.ts';
import { customRoles } from './loaders.ts';
import type { MadeToken } from '../../core/access/create-access-token.ts';
import type { ApiKeyRecord } from '../../core/access/insert-api-key.ts';
import { isPermission, roleNames, rolePermissions } from '../../core/access/permissions.ts';
import { signatureAlgorithms } from '../../core/access/identity-provider-input.ts';
import type { SubgraphContext } from '../server/context.ts';
import type {
  ActorKind as ActorKindName,
  MissingReferences,
  PermissionCondition,
  Permission,
  Role,
  SessionKind,
  SignatureAlgorithm,
} from './_generated/resolvers.ts';

const actorKinds: Readonly<Record<ActorKind, ActorKindName>> = {
  user: 'USER',
  api_key: 'API_KEY',
  access_token: 'ACCESS_TOKEN',
  inbound_webhook: 'INBOUND_WEBHOOK',
  connect_link: 'CONNECT_LINK',
  decision_link: 'DECISION_LINK',
  worker: 'WORKER',
  system: 'SYSTEM',
};

export function presentActorKind(kind: ActorKind): ActorKindName {
  return actorKinds[kind];
}

export function presentToken({ expiresAt, ...token }: MadeToken) {
  return { ...token, expiresAt: expiresAt.toISOString() };
}

/** The start of a key, enough to recognise it. */
export function presentPrefix({ database }: SubgraphContext, { publicId }: ApiKeyRecord): string {
  return keyPrefix(environmentOf(database), publicId);
}

/** What a key may do now. */
export async function presentPermissions(
  context: SubgraphContext,
  { permissions, customRoleId }: ApiKeyRecord,
): Promise<readonly Permission[]> {
  if (customRoleId === null) return permissions.filter(isPermission);
  const role = await customRoles(context).load(customRoleId);
  return role === null ? [] : grantOfRole(role).permissions;
}

export function presentConditions({ conditions = {} }: Grant): readonly PermissionCondition[] {
  return Object.keys(conditions)
    .filter(isPermission)
    .flatMap((permission) =>
      (conditions[permission] ?? []).map((selector) => ({
        permission,
        labels: Object.entries(selector).map(([name, values]) => ({ name, values })),
      })),
    );
}

export function presentRoles(): readonly Role[] {
  return roleNames.map((name) => ({ name, permissions: rolePermissions[name] }));
}

/** The database keeps nothing else. */
export function presentMissingReferences(choice: string): MissingReferences {
  return choice === 'ERROR' ? 'ERROR' : 'WARNING';
}

/** The verb that makes providers keeps no others. */
export function presentAlgorithms(algorithms: readonly string[]): readonly SignatureAlgorithm[] {
  return signatureAlgorithms.filter((each) => algorithms.includes(each));
}

/** The database keeps nothing else. */
export function presentSessionKind(kind: string): SessionKind {
  return kind === 'CLI' ? 'CLI' : 'PAGE';
}

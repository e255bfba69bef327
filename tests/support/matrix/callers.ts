import { createRole } from '../../../core/access/create-role.ts';
import { inviteMember } from '../../../core/access/invite-member.ts';
import { permissions, rolePermissions, roleNames } from '../../../core/access/permissions.ts';
import type { Permission, RoleName } from '../../../core/access/permissions.ts';
import { setMemberRole } from '../../../core/access/set-member-role.ts';
import { startSession } from '../../../core/access/start-session.ts';
import { newId } from '../../../kernel/ids.ts';
import type { RunningProduct } from '../running-product.ts';
import { insertTenant } from '../tenant.ts';
import { makeObjects, newProvider, type TenantObjects } from '../tenant-objects.ts';
import { contextFor } from '../verb-context.ts';
import type { Caller } from './doors.ts';

/** The columns of the matrix: nobody, a member of each role, one of a tenant's own role, and keys by their scopes. */
export const columns = [
  'nobody',
  ...roleNames,
  'RELEASER',
  'key with it',
  'key without it',
] as const;

export type Column = (typeof columns)[number];

/** A role of a tenant's own. */
const releaser: readonly Permission[] = ['JOBS_READ', 'JOBS_SUBMIT', 'AGENTS_PUBLISH'];

/** A caller of one column, in a tenant of its own that has one of everything. */
export interface Subject {
  readonly column: Column;
  readonly objects: TenantObjects;
  /** By the permission that the operation needs; null for none. */
  callerFor(need: Permission | null): Promise<Caller>;
}

export async function makeSubject(product: RunningProduct, column: Column): Promise<Subject> {
  const tenantId = await insertTenant(product.services.database);
  const context = contextFor(product.services, tenantId);
  const objects = await makeObjects(context, product.peer.url);
  return { column, objects, callerFor: await callers(product, tenantId, column) };
}

async function callers(
  product: RunningProduct,
  tenantId: string,
  column: Column,
): Promise<Subject['callerFor']> {
  switch (column) {
    case 'nobody': {
      // Good at the gateway, and nothing at a subgraph, to which only the gateway says who calls.
      const { secret: credential } = await product.newKey(tenantId);
      return () => Promise.resolve({ credential, actor: null });
    }
    case 'key with it':
    case 'key without it': {
      const keyWith = keysOf(product, tenantId);
      return (need) => keyWith(scopesOf(column, need));
    }
    default: {
      const member = await signIn(product, tenantId, column);
      return () => Promise.resolve(member);
    }
  }
}

function scopesOf(column: Column, need: Permission | null): readonly Permission[] {
  if (column === 'key with it') return need === null ? permissions : [need];
  return need === null ? ['JOBS_READ'] : permissions.filter((one) => one !== need);
}

function keysOf(product: RunningProduct, tenantId: string) {
  const made = new Map<string, Promise<Caller>>();
  return (granted: readonly Permission[]): Promise<Caller> => {
    const name = granted.join(' ');
    const known = made.get(name);
    if (known !== undefined) return known;
    const caller = product.newKey(tenantId, granted).then(({ id, secret }): Caller => ({
      credential: secret,
      actor: { kind: 'api_key', id, tenantId, name: 'key', permissions: granted },
    }));
    made.set(name, caller);
    return caller;
  };
}

async function signIn(
  { services }: RunningProduct,
  tenantId: string,
  column: RoleName | 'RELEASER',
): Promise<Caller> {
  const context = contextFor(services, tenantId);
  const role = column === 'RELEASER' ? 'VIEWER' : column;
  const provider = await newProvider(context, `for-${newId().slice(-12)}`);
  const member = await inviteMember(context, {
    ...{ name: column, role, email: `${newId()}@b.example` },
    identity: { providerId: provider.id, subject: column },
  });
  if (column === 'RELEASER') {
    const { id: customRoleId } = await createRole(context, {
      ...{ name: 'releaser', permissions: [...releaser] },
    });
    await setMemberRole(context, { id: member.id, role, customRoleId });
  }
  const { secret } = await startSession(
    services,
    { member, provider, kind: 'CLI', agent: undefined, requestId: newId() },
    { idleSeconds: 3_600, seconds: 3_600 },
  );
  const granted = column === 'RELEASER' ? releaser : rolePermissions[column];
  return {
    credential: secret,
    actor: { kind: 'user', id: member.id, tenantId, name: column, permissions: granted },
  };
}

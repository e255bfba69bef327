import type { Actor } from '../../core/access/actor.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { createRole } from '../../core/access/create-role.ts';
import { findKey } from '../../core/access/find-key.ts';
import { withinReach } from '../../core/access/reach.ts';
import type { VerbContext } from '../../core/context.ts';

/** A definition of an agent with labels, which asks somebody and then ends. */
export function labelled(name: string, labels: Readonly<Record<string, string>>): string {
  return `
document:
  dsl: '1.0.3'
  namespace: tests
  name: ${name}
  version: '1.0.0'
  metadata: ${JSON.stringify({ labels })}
do:
  - ask: {call: approval, with: {title: pay}}
`;
}

/** `permission: team=value` as `createRole` takes it. */
export function only(permission: string, ...values: string[]) {
  return { permission, labels: [{ name: 'team', values }] };
}

/** The same services as another caller sees them. */
export function as(context: VerbContext, actor: Actor): VerbContext {
  return { ...context, actor, database: withinReach(context.database, actor) };
}

let count = 0;

/** Who comes with a key that has a new role of the tenant's own. */
export async function holderOf(
  admin: VerbContext,
  permissions: readonly string[],
  conditions: readonly object[] = [],
): Promise<{ readonly context: VerbContext; readonly roleId: string; readonly keyId: string }> {
  count += 1;
  const role = await createRole(admin, { name: `Role ${String(count)}`, permissions, conditions });
  const { apiKey } = await createApiKey(admin, { name: 'key', customRoleId: role.id });
  const row = await findKey(admin.database, { kind: 'key', publicId: apiKey.publicId });
  if (row === undefined) throw new Error('the key is not there');
  return { context: as(admin, row.actor), roleId: role.id, keyId: apiKey.id };
}

import { AppError } from '../../kernel/errors.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { beyond } from './grant.ts';
import type { Grant } from './grant.ts';
import type { Permission } from './permissions.ts';

type Needs = Pick<VerbContext, 'actor' | 'requestId' | 'database'>;

/**
 * Throws FORBIDDEN unless the actor has every permission. A verb that changes something names its
 * action, so that the refused attempt is on record too.
 */
export async function permit(
  context: Needs,
  needed: Permission | readonly Permission[],
  action?: string,
): Promise<void> {
  const missing = [needed].flat().filter((one) => !context.actor.permissions.includes(one));
  if (missing.length === 0) return;
  if (action !== undefined) await recordDenial(context, action, missing);
  throw new AppError('FORBIDDEN', `this needs the permission ${missing.join(', ')}`);
}

/** Throws FORBIDDEN unless the actor may do all that the grant allows, for all labels for which it does. */
export async function permitGrant(context: Needs, grant: Grant, action: string): Promise<void> {
  const missing = beyond(context.actor, grant);
  if (missing.length === 0) return;
  await recordDenial(context, action, missing);
  throw new AppError('FORBIDDEN', `this needs the permission ${missing.join(', ')}`);
}

/** Throws FORBIDDEN where the actor has the permission for some labels only: this is about more than things with labels. */
export async function permitWhole(
  context: Needs,
  permission: Permission,
  action?: string,
): Promise<void> {
  if (context.actor.conditions?.[permission] === undefined) return;
  if (action !== undefined) await recordDenial(context, action, [permission]);
  throw new AppError('FORBIDDEN', `this needs the permission ${permission}, whatever the labels`);
}

/** Throws FORBIDDEN for an access token: this is for whoever made it. A verb that changes something names its action. */
export async function permitMaker(context: Needs, action?: string): Promise<void> {
  if (context.actor.token === undefined) return;
  if (action !== undefined) await recordDenial(context, action, ['ACCESS_TOKEN']);
  throw new AppError('FORBIDDEN', 'an access token does not reach this; use a key or sign in');
}

/** On its own: the verb has not begun its transaction yet, and never will. */
export async function recordDenial(
  { actor, requestId, database }: Needs,
  action: string,
  denied: readonly string[],
): Promise<void> {
  const target = { kind: 'tenant', id: actor.tenantId };
  await database.asSystem((tx) =>
    record(tx, { actor, requestId }, { action, target, data: { denied } }),
  );
}

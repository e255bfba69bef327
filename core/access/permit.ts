import { AppError } from '../../kernel/errors.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import type { Permission } from './permissions.ts';

/**
 * Throws FORBIDDEN unless the actor has the permission. A verb that changes something names its
 * action, so that the refused attempt is on record too.
 */
export async function permit(
  context: VerbContext,
  permission: Permission,
  action?: string,
): Promise<void> {
  const { actor } = context;
  if (actor.permissions.includes(permission)) return;
  if (action !== undefined) {
    await context.database.withTenant(actor.tenantId, (tx) =>
      record(tx, context, {
        action,
        target: { kind: 'tenant', id: actor.tenantId },
        data: { denied: permission },
      }),
    );
  }
  throw new AppError('FORBIDDEN', `this needs the permission ${permission}`);
}

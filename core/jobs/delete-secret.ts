import { z } from 'zod';

import { NotFoundError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import type { SecretInfo } from './list-secrets.ts';
import { secretName } from './names.ts';

const deleteSecretInput = z.strictObject({ name: secretName });

/** Destroys a secret; definitions that read it raise an authorization error from then on. */
export async function deleteSecret(context: VerbContext, input: unknown): Promise<SecretInfo> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'secret.delete');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'secret.delete');
  const { name } = parse(deleteSecretInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const known = await tx.secret.findUnique({
      where: { tenantId_name: { tenantId, name } },
      omit: { sealed: true },
    });
    const { count } = await tx.secret.deleteMany({ where: { tenantId, name } });
    if (known === null || count === 0) throw new NotFoundError('Secret', name);
    await record(tx, context, {
      action: 'secret.delete',
      target: { kind: 'secret', id: name },
      data: { version: known.version },
    });
    return known;
  });
}

import { z } from 'zod';

import type { Tenant } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { displayName } from './names.ts';
import { permit } from './permit.ts';

const updateTenantInput = z.strictObject({
  name: displayName.nullish(),
  missingReferences: z.enum(['WARNING', 'ERROR']).nullish(),
});

/** Changes what is given of the caller's tenant. */
export async function updateTenant(context: VerbContext, input: unknown): Promise<Tenant> {
  await permit(context, 'ACCESS_MANAGE', 'tenant.update');
  const { name, missingReferences } = parse(updateTenantInput, input);
  const data = {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof missingReferences === 'string' ? { missingReferences } : {}),
  };
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const tenant = await tx.tenant.update({ where: { id: tenantId }, data });
    await record(tx, context, {
      action: 'tenant.update',
      target: { kind: 'tenant', id: tenantId },
      data,
    });
    return tenant;
  });
}

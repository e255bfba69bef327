import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';

const reference = z
  .strictObject({ id: z.uuid().nullish(), name: z.string().max(63).nullish() })
  .refine(({ id, name }) => (typeof id === 'string') !== (typeof name === 'string'), {
    path: ['id'],
    message: 'give an id or a name',
  });

/** An integration by id or name; null when it does not exist. */
export async function getIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration | null> {
  await permit(context, 'INTEGRATIONS_READ');
  const { id, name } = parse(reference, input, '');
  const { tenantId } = context.actor;
  const wanted = typeof id === 'string' ? { id } : { name: name ?? '' };
  return read(context, (tx) =>
    tx.integration.findFirst({ where: { ...wanted, tenantId, deletedAt: null } }),
  );
}

import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { permit } from './permit.ts';

const maxListed = 100;

/** The issuers that the tenant trusts, oldest first. */
export async function listIdentityProviders(
  context: VerbContext,
): Promise<readonly IdentityProvider[]> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  return read(context, (tx) =>
    tx.identityProvider.findMany({
      where: { tenantId, removedAt: null },
      orderBy: { id: 'asc' },
      take: maxListed,
    }),
  );
}

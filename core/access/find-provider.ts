import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';

/** A provider, and whether its tenant is suspended. */
export type TokenProvider = IdentityProvider & {
  readonly tenant: { readonly suspendedAt: Date | null };
};

/** The one provider, of whichever tenant, that takes tokens of the issuer for one of the audiences. */
export async function findTokenProvider(
  database: Database,
  issuer: string,
  audiences: readonly string[],
): Promise<TokenProvider | undefined> {
  const found = await database.asSystem(
    (tx) =>
      tx.identityProvider.findMany({
        where: { issuer, audience: { in: [...audiences] }, removedAt: null },
        include: { tenant: { select: { suspendedAt: true } } },
        take: 2,
      }),
    { role: 'gateway', isReadOnly: true },
  );
  // A token for two of them would be one for neither.
  return found.length === 1 ? found[0] : undefined;
}

/** The provider that people sign in with: the one with the id, or the only one there is. */
export async function findSignInProvider(
  database: Database,
  id: string | undefined,
): Promise<IdentityProvider | undefined> {
  if (id !== undefined && !isId(id)) return undefined;
  const found = await database.asSystem(
    (tx) =>
      tx.identityProvider.findMany({
        where: {
          ...(id === undefined ? {} : { id }),
          clientId: { not: null },
          removedAt: null,
          tenant: { suspendedAt: null },
        },
        take: 2,
      }),
    { role: 'gateway', isReadOnly: true },
  );
  return found.length === 1 ? found[0] : undefined;
}

import { findSignInProvider } from '../../../core/access/find-provider.ts';
import type { Database } from '../../../kernel/database/database.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import type { Provider } from './enter.ts';

/** The provider of the id, or the only one there is. */
export async function providerOf(
  { database }: { readonly database: Database },
  id: string | undefined,
): Promise<Provider> {
  const provider = await findSignInProvider(database, id);
  if (provider === undefined) throw new NotFoundError('identity provider', id ?? 'of all tenants');
  return provider;
}

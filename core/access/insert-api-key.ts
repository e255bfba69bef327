import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { Services } from '../context.ts';
import { environmentOf, newKey } from './api-key.ts';
import type { Permission } from './permissions.ts';

export interface ApiKeyDraft {
  readonly tenantId: string;
  readonly name: string;
  /** None where a role says what the key may do. */
  readonly permissions: readonly Permission[];
  readonly customRoleId?: string | null;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  /** The first key of the line, of a key that another was rotated into. */
  readonly origin?: string;
}

/** Everything about a key but what proves it. */
export const withoutSecret = { secretHash: true } as const;

/** Makes a key and stores all of it but the secret. */
export async function insertApiKey(
  tx: Transaction,
  database: Pick<Services['database'], 'isEmbedded'>,
  draft: ApiKeyDraft,
) {
  const { whole, publicId, secretHash } = newKey(environmentOf(database));
  const apiKey = await tx.apiKey.create({
    data: { ...draft, permissions: [...draft.permissions], id: newId(), publicId, secretHash },
    omit: withoutSecret,
  });
  return { apiKey, secret: whole };
}

export type ApiKeyRecord = Awaited<ReturnType<typeof insertApiKey>>['apiKey'];

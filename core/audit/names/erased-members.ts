import type { Keyring } from '../../../kernel/crypto/keyring.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { indexKey, subjectHash } from '../../jobs/sensitive/data-key.ts';

interface Search {
  readonly tenantId: string;
  readonly actorIds: readonly string[];
}

/** Which of these members were erased, and when: what they did up to then tells no name. */
export async function erasedAmong(
  tx: Transaction,
  keyring: Keyring,
  { tenantId, actorIds }: Search,
): Promise<ReadonlyMap<string, Date>> {
  const [any] = await tx.$queryRaw<object[]>`
    select 1 from jobs.data_key
    where tenant_id = ${tenantId}::uuid and purpose = 'subject' and erased_at is not null limit 1`;
  if (any === undefined) return new Map();
  const index = await indexKey(tx, keyring, tenantId);
  const byHash = new Map(actorIds.map((id) => [subjectHash(index, { kind: 'member', id }), id]));
  const rows = await tx.$queryRaw<{ hash: string; erasedAt: Date }[]>`
    select subject_hash as hash, max(erased_at) as "erasedAt" from jobs.data_key
    where tenant_id = ${tenantId}::uuid and purpose = 'subject' and erased_at is not null
      and subject_hash = any(${[...byHash.keys()]})
    group by subject_hash`;
  return new Map(rows.map(({ hash, erasedAt }) => [byHash.get(hash) ?? '', erasedAt]));
}

import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import type { Database, Transaction } from '../../kernel/database/database.ts';
import { record } from '../audit/record.ts';
import { actorOfMember, withRole } from './member-actor.ts';
import type { MemberWithRole } from './member-actor.ts';

/** Whom an issuer vouches for. */
export interface Subject {
  readonly subject: string;
  /** Their address, if the issuer has verified it. */
  readonly email: string | undefined;
}

/**
 * The live member whom a provider's subject is. Who signs in for the first time is known by the address they were invited
 * with; from then on it is the subject that counts, as addresses change hands.
 */
export async function findMember(
  database: Database,
  { tenantId, issuer }: Pick<IdentityProvider, 'tenantId' | 'issuer'>,
  { subject, email }: Subject,
): Promise<MemberWithRole | undefined> {
  const known = await database.asSystem(
    (tx) =>
      tx.member.findFirst({
        where: { tenantId, issuer, subject, removedAt: null },
        include: withRole,
      }),
    { isReadOnly: true },
  );
  if (known !== null) return known;
  if (email === undefined) return undefined;
  return database.asSystem((tx) => bind(tx, { tenantId, issuer, subject, email }));
}

interface Binding {
  readonly tenantId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string;
}

async function bind(
  tx: Transaction,
  { tenantId, issuer, subject, email }: Binding,
): Promise<MemberWithRole | undefined> {
  const [bound] = await tx.$queryRaw<readonly { readonly id: string }[]>`
    update access.member set subject = ${subject}, issuer = ${issuer}
    where tenant_id = ${tenantId}::uuid and lower(email) = lower(${email}) and removed_at is null and issuer is null
    returning id::text`;
  if (bound === undefined) return undefined;
  const member = await tx.member.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: bound.id } },
    include: withRole,
  });
  await record(
    tx,
    { actor: actorOfMember(member) },
    { action: 'member.bind', target: { kind: 'member', id: member.id }, data: { issuer } },
  );
  return member;
}

import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import type { Database, Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { findClaimedGroups } from './find-claimed-groups.ts';
import { knownMember } from './member-actor.ts';
import type { KnownMember } from './member-actor.ts';

/** Whom an issuer vouches for. */
export interface Subject {
  readonly subject: string;
  /** Their address, if the issuer has verified it. */
  readonly email: string | undefined;
  /** What the issuer calls their groups. @default none */
  readonly groups?: readonly string[] | undefined;
}

/**
 * The live member whom a provider's subject is. Who signs in for the first time is known by the address they were invited
 * with; from then on it is the subject that counts, as addresses change hands.
 */
export async function findMember(
  database: Database,
  provider: Pick<IdentityProvider, 'tenantId' | 'issuer'>,
  { groups = [], ...who }: Subject,
): Promise<KnownMember | undefined> {
  const member = await findBySubject(database, provider, who);
  if (member === undefined || groups.length === 0) return member;
  return { ...member, claimed: await findClaimedGroups(database, provider.tenantId, groups) };
}

async function findBySubject(
  database: Database,
  { tenantId, issuer }: Pick<IdentityProvider, 'tenantId' | 'issuer'>,
  { subject, email }: Omit<Subject, 'groups'>,
): Promise<KnownMember | undefined> {
  const known = await database.asSystem(
    (tx) =>
      tx.member.findFirst({
        where: { tenantId, issuer, subject, removedAt: null },
        select: knownMember,
      }),
    { role: 'gateway', isReadOnly: true },
  );
  if (known !== null) return known;
  if (email === undefined) return undefined;
  return database.asSystem((tx) => bind(tx, { tenantId, issuer, subject, email }), {
    role: 'gateway',
  });
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
): Promise<KnownMember | undefined> {
  const [bound] = await tx.$queryRaw<readonly { readonly id: string | null }[]>`
    select access.bind_member(${tenantId}::uuid, ${issuer}, ${subject}, ${email}, ${newId()}::uuid)::text as id`;
  const id = bound?.id ?? undefined;
  if (id === undefined) return undefined;
  return tx.member.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
    select: knownMember,
  });
}

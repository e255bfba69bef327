import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { storableText } from '../../kernel/storable.ts';
import type { Services } from '../context.ts';
import { environmentOf, newKey } from './api-key.ts';
import type { KnownMember } from './member-actor.ts';

export const sessionKinds = ['PAGE', 'CLI'] as const;

export type SessionKind = (typeof sessionKinds)[number];

/** How long somebody who signed in stays so. */
export interface SessionLimits {
  /** Without use. */
  readonly idleSeconds: number;
  /** In all. */
  readonly seconds: number;
}

/** Who signed in, where, and with what. */
export interface SessionDraft {
  readonly member: Pick<KnownMember, 'tenantId' | 'id'>;
  readonly provider: Pick<IdentityProvider, 'id'>;
  readonly kind: SessionKind;
  /** What the issuer calls their groups. @default none */
  readonly groups?: readonly string[] | undefined;
  /** What the program says it is. */
  readonly agent: string | undefined;
  readonly requestId: string;
}

const maxAgent = 200;

/**
 * Begins a session; what proves it is in this answer only. The gateway may write nothing: the rows are the database's, which
 * looks again whether member and provider are still there.
 */
export async function startSession(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  { member, provider, kind, agent, requestId, groups = [] }: SessionDraft,
  limits: SessionLimits,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const { whole, publicId, secretHash } = newKey(environmentOf(database), 'session');
  const { tenantId } = member;
  const id = newId();
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + limits.seconds * 1_000);
  const { idleSeconds } = limits;
  const program = agent === undefined ? null : storableText(agent.slice(0, maxAgent));
  const [answer] = await database.asSystem(
    (tx) => tx.$queryRaw<readonly { readonly begun: boolean }[]>`
      select access.start_session(
        ${tenantId}::uuid, ${id}::uuid, ${member.id}::uuid, ${provider.id}::uuid, ${kind}, ${publicId}, ${secretHash}::bytea,
        ${program}, ${createdAt}::timestamptz, ${expiresAt}::timestamptz, ${idleSeconds}::int, ${groups}::text[], ${newId()}::uuid, ${requestId}
      ) as begun`,
    { role: 'gateway' },
  );
  if (answer?.begun !== true)
    throw new AppError('UNAUTHENTICATED', 'the membership or the identity provider has ended');
  return { secret: whole, expiresAt };
}

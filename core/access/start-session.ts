import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { environmentOf, newKey } from './api-key.ts';
import { actorOfMember } from './member-actor.ts';
import type { MemberWithRole } from './member-actor.ts';

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
  readonly member: MemberWithRole;
  readonly provider: Pick<IdentityProvider, 'id'>;
  readonly kind: SessionKind;
  /** What the program says it is. */
  readonly agent: string | undefined;
  readonly requestId: string;
}

const maxAgent = 200;

/** Begins a session; what proves it is in this answer only. */
export async function startSession(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  { member, provider, kind, agent, requestId }: SessionDraft,
  limits: SessionLimits,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const { whole, publicId, secretHash } = newKey(environmentOf(database), 'session');
  const { tenantId } = member;
  const id = newId();
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + limits.seconds * 1_000);
  await database.asSystem(async (tx) => {
    await tx.session.create({
      data: {
        ...{ tenantId, id, memberId: member.id, providerId: provider.id, kind, publicId },
        ...{ secretHash, createdAt, expiresAt, idleSeconds: limits.idleSeconds },
        agent: agent?.slice(0, maxAgent).toWellFormed().replaceAll('\0', '') ?? null,
      },
    });
    await record(
      tx,
      { actor: actorOfMember(member), requestId },
      { action: 'session.start', target: { kind: 'session', id }, data: { kind } },
    );
  });
  return { secret: whole, expiresAt };
}

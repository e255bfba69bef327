import { constantTimeEquals, sha256 } from '../../../kernel/crypto/hash.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isId } from '../../../kernel/ids.ts';
import type { DecisionLink } from '../../../prisma/_generated/client.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';
import { asMember } from './person.ts';

/** A link that is good, and its person as who asks. */
export interface OpenLink {
  readonly link: DecisionLink;
  readonly person: VerbContext;
}

/** Why a link is not good. */
export type Flaw = 'SECRET' | 'USED' | 'REVOKED' | 'EXPIRED' | 'MEMBER';

/** A link that there is, but that is not good. */
export interface FlawedLink {
  readonly link: DecisionLink;
  readonly flaw: Flaw;
}

/** Throws FORBIDDEN for callers: this is what the gateway hands on of who opened a decision link. */
export function permitLinkHolder({ actor }: Pick<VerbContext, 'actor'>): void {
  if (actor.kind !== 'decision_link')
    throw new AppError('FORBIDDEN', 'this is for who opened a decision link');
}

/** The link of the actor by its secret; undefined where there is none. */
export async function openLink(
  context: VerbContext,
  secret: string,
): Promise<OpenLink | FlawedLink | undefined> {
  const { tenantId, id } = context.actor;
  if (!isId(id)) return undefined;
  const link = await read(context, (tx) => tx.decisionLink.findFirst({ where: { tenantId, id } }));
  if (link === null) return undefined;
  const flaw = flawOf(link, secret, context.clock.now());
  if (flaw !== undefined) return { link, flaw };
  const person = await asMember(context, link.memberId);
  return person === undefined ? { link, flaw: 'MEMBER' } : { link, person };
}

function flawOf(
  { secretHash, usedAt, revokedAt, expiresAt }: DecisionLink,
  secret: string,
  now: Date,
): Flaw | undefined {
  if (!constantTimeEquals(sha256(secret), secretHash)) return 'SECRET';
  if (usedAt !== null) return 'USED';
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt <= now ? 'EXPIRED' : undefined;
}

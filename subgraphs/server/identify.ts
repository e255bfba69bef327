import { verifyAssertion } from '../../core/access/assertion.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Actor } from '../../core/access/actor.ts';
import { isPeer } from '../../kernel/tls/peer-tls.ts';
import type { SubgraphSettings } from './settings.ts';

/** Carries the gateway's signed statement about who calls. */
export const actorHeader = 'x-operandi-actor';
export const requestIdHeader = 'x-request-id';

const requestIdPattern = /^[\w.:-]{1,128}$/;

/** The caller by the gateway's statement; there is no other way to be somebody. */
export async function identify(assertion: unknown, secret: string): Promise<Actor> {
  if (typeof assertion !== 'string' || assertion === '') {
    throw new AppError('UNAUTHENTICATED', 'the request does not come from the gateway');
  }
  return await verifyAssertion(assertion, secret);
}

/** The id the gateway gave the request, or a new one. */
export function requestIdOf(header: unknown): string {
  return typeof header === 'string' && requestIdPattern.test(header) ? header : newId();
}

/** Throws where processes know each other by certificates and the other side has not shown that of a peer. */
export function requirePeer({ tls }: SubgraphSettings, socket: object): void {
  if (tls !== undefined && !isPeer(socket, tls.peers))
    throw new AppError('UNAUTHENTICATED', 'the certificate of the caller is not that of a peer');
}

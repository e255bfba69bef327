import { randomBytes } from 'node:crypto';

import { isId } from '../../kernel/ids.ts';
import type { Actor } from './actor.ts';

/** Where people open the links that they are sent, at the gateway; what they are told by is in `link`. */
export const connectPath = '/connect';

/** Where authorization servers send them back to: the redirect URI, below the address of the gateway. */
export const connectCallbackPath = `${connectPath}/callback`;

/** A secret that says whose it is, so that it finds its tenant without a session: of a link, and of a state (RFC 6749, section 10.12). */
export interface LinkTicket {
  readonly tenantId: string;
  readonly linkId: string;
  /** 256 random bits in base64url. */
  readonly secret: string;
}

/** 256 random bits in base64url. */
export function newTicketSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function ticketText({ tenantId, linkId, secret }: LinkTicket): string {
  return `${tenantId}.${linkId}.${secret}`;
}

/** Reads what `ticketText` wrote; undefined for anything else. */
export function readTicket(text: string | null): LinkTicket | undefined {
  const [tenantId = '', linkId = '', secret = '', ...more] = (text ?? '').split('.', 4);
  const isWhole = more.length === 0 && /^[\w-]{43}$/u.test(secret);
  return isWhole && isId(tenantId) && isId(linkId) ? { tenantId, linkId, secret } : undefined;
}

/** May do nothing: the secrets alone, which the verbs look at, prove anything. */
export function linkActor({ tenantId, linkId }: LinkTicket): Actor {
  return { kind: 'connect_link', id: linkId, tenantId, name: 'connect link', permissions: [] };
}

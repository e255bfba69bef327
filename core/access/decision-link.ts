import type { Actor } from './actor.ts';
import type { LinkTicket } from './connect-link.ts';

/** Where people open the links that they decide by, at the gateway; what they are told by is in `link`. */
export const decisionPath = '/decide';

/** May do nothing: the secret, which the verbs look at, proves who it is. */
export function decisionLinkActor({ tenantId, linkId }: LinkTicket): Actor {
  return { kind: 'decision_link', id: linkId, tenantId, name: 'decision link', permissions: [] };
}

import { createAssertionVerifier } from '../../core/access/assertion.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Actor } from '../../core/access/actor.ts';
import { isPeer } from '../../kernel/tls/peer-tls.ts';
import type { SubgraphSettings } from './settings.ts';

/** Carries the gateway's signed statement about who calls. */
export const actorHeader = 'x-operandi-actor';
export const requestIdHeader = 'x-request-id';

const requestIdPattern = /^[\w.:-]{1,128}$/;

type Headers = Readonly<Record<string, unknown>>;

/** The caller by the gateway's statement; there is no other way to be somebody. */
export type Identify = (headers: Headers | undefined) => Actor;

/** Takes what gateways say to this subgraph and to no other, in the request they say it for. */
export function createIdentify(publicKeys: string, subgraph: string): Identify {
  const verify = createAssertionVerifier(publicKeys, subgraph);
  return (headers = {}) => {
    const { [actorHeader]: assertion, [requestIdHeader]: requestId } = headers;
    if (typeof assertion !== 'string' || typeof requestId !== 'string') {
      throw new AppError('UNAUTHENTICATED', 'the request does not come from the gateway');
    }
    return verify(assertion, requestId);
  };
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

import { LRUCache } from 'lru-cache';

import type { Actor } from '../../core/access/actor.ts';
import type { SignAssertion } from '../../core/access/assertion.ts';
import type { KeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Authenticate, Credentials, Identity } from '../admit/identity.ts';

/** Header in which subgraphs expect the signed statement of who calls. */
const actorHeader = 'x-operandi-actor';

// An assertion lives for a minute; a younger one than this is used again.
const freshForMs = 20_000;

/** Of one identity: requests under way, times the subgraphs that each asks. */
const maxSigned = 64;

/** Knows Operandi's API keys; subgraphs are told the actor in a signed assertion. */
export function createAuthenticate(keys: KeyAuthenticator, sign: SignAssertion): Authenticate {
  return async (credentials, { address }) => {
    const key = await keys.authenticateKey(presentedKey(credentials), address);
    const { actor, expiresAt } = key;
    return {
      key: `${actor.tenantId}/${actor.kind}/${actor.id}`,
      tenantId: actor.tenantId,
      scopes: actor.permissions,
      isAuthenticated: true,
      ...(expiresAt && { expiresAt }),
      revoked: (listener) => key.onRevoked(listener),
      headers: assertionHeaders(actor, sign),
    };
  };
}

function presentedKey({ authorization, apiKey }: Credentials): string {
  const presented = apiKey ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (presented !== undefined) return presented;
  throw new AppError(
    'UNAUTHENTICATED',
    'no credential: send an API key as "Authorization: Bearer opk_…" or "X-Api-Key: opk_…"',
  );
}

/** One signature for all that a request asks of a subgraph, however long it takes: the next look makes a fresh one. */
function assertionHeaders(actor: Actor, sign: SignAssertion): Identity['headers'] {
  const signed = new LRUCache<string, Promise<Readonly<Record<string, string>>>>({
    max: maxSigned,
    ttl: freshForMs,
  });
  return (use) => {
    const key = `${use.subgraph} ${use.requestId}`;
    const known = signed.get(key);
    if (known !== undefined) return known;
    const headers = sign(actor, use).then((assertion) => ({ [actorHeader]: assertion }));
    signed.set(key, headers);
    return headers;
  };
}

import type { Actor } from '../../core/access/actor.ts';
import { signAssertion } from '../../core/access/assertion.ts';
import type { KeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Authenticate, Credentials, Identity } from '../admit/identity.ts';

/** Header in which subgraphs expect the signed statement of who calls. */
const actorHeader = 'x-operandi-actor';

// An assertion lives for a minute; a younger one than this is used again.
const freshForMs = 20_000;

/** Knows Operandi's API keys; subgraphs are told the actor in a signed assertion. */
export function createAuthenticate(keys: KeyAuthenticator, assertionSecret: string): Authenticate {
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
      headers: assertionHeaders(actor, assertionSecret),
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

function assertionHeaders(actor: Actor, secret: string): Identity['headers'] {
  let signedAt = -Infinity;
  let headers: Promise<Readonly<Record<string, string>>> | undefined;
  return () => {
    if (headers !== undefined && performance.now() - signedAt < freshForMs) return headers;
    signedAt = performance.now();
    headers = signAssertion(actor, secret).then((assertion) => ({ [actorHeader]: assertion }));
    return headers;
  };
}

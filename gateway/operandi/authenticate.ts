import { hash } from 'node:crypto';

import type { Actor } from '../../core/access/actor.ts';
import type { SignAssertion } from '../../core/access/assertion.ts';
import { mayOf } from '../../core/access/watch-credential.ts';
import type { AuthenticatedKey, KeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Authenticate, Credentials, Identity } from '../admit/identity.ts';
import { sessionOf } from './sign-in/session-cookie.ts';
import type { UserTokens } from './user-tokens.ts';

/** Header in which subgraphs expect the signed statement of who calls. */
const actorHeader = 'x-operandi-actor';

// An assertion lives for a minute; a younger one than this is used again.
const freshForMs = 20_000;

/** Of one identity: requests under way, times the subgraphs that each asks. */
const maxSigned = 64;

/** Those who know callers by what they present. */
export interface Authenticators {
  readonly keys: KeyAuthenticator;
  readonly tokens: UserTokens;
}

/** Knows Operandi's API keys and sessions, and tokens of trusted issuers; subgraphs are told the actor in a signed assertion. */
export function createAuthenticate(
  authenticators: Authenticators,
  sign: SignAssertion,
): Authenticate {
  return async (credentials, { address }) => {
    const known = await whoPresents(presented(credentials), authenticators, address);
    const { actor, expiresAt } = known;
    return {
      key: keyOf(actor),
      tenantId: actor.tenantId,
      scopes: actor.permissions,
      isAuthenticated: true,
      ...(expiresAt && { expiresAt }),
      revoked: (listener) => known.onRevoked(listener),
      headers: assertionHeaders(actor, sign),
    };
  };
}

/** Actors are kept with the row of their credential, and never changed. */
const keys = new WeakMap<Actor, string>();

/** Of two who are the same but may do different things, neither sees what the other was answered. */
function keyOf(actor: Actor): string {
  const known = keys.get(actor);
  if (known !== undefined) return known;
  const { tenantId, kind, id } = actor;
  const key = `${tenantId}/${kind}/${id}/${hash('sha256', mayOf(actor), 'base64url')}`;
  keys.set(actor, key);
  return key;
}

function whoPresents(
  credential: string,
  { keys, tokens }: Authenticators,
  address: string,
): Promise<AuthenticatedKey> {
  // Three parts of base64url; no key of ours has a dot.
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential)
    ? tokens.authenticate(credential)
    : keys.authenticateKey(credential, address);
}

function presented({ authorization, apiKey, page }: Credentials): string {
  const sent = apiKey ?? /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (sent !== undefined) return sent;
  const session = page && sessionOf(page);
  if (session !== undefined) return session;
  throw new AppError(
    'UNAUTHENTICATED',
    'no credential: send an API key or token as "Authorization: Bearer …" or "X-Api-Key: opk_…", or sign in',
  );
}

/** One signature for all that a request asks of a subgraph, however long it takes: the next look makes a fresh one. */
export function assertionHeaders(actor: Actor, sign: SignAssertion): Identity['headers'] {
  // A plain map: most identities live for one request, and anything finer costs more than the signature.
  const signed = new Map<string, { readonly headers: Headers; readonly until: number }>();
  return (use) => {
    const key = `${use.subgraph} ${use.requestId}`;
    const known = signed.get(key);
    const now = performance.now();
    if (known !== undefined && now < known.until) return known.headers;
    const headers = Promise.resolve({ [actorHeader]: sign(actor, use) });
    if (signed.size >= maxSigned) signed.clear();
    signed.set(key, { headers, until: now + freshForMs });
    return headers;
  };
}

type Headers = ReturnType<Identity['headers']>;

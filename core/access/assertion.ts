import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { parsePublicKeys, parseSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { createSignedJsonReader, signJson } from '../../kernel/crypto/signed-json.ts';
import { AppError } from '../../kernel/errors.ts';
import { actorKinds } from './actor.ts';
import type { Actor } from './actor.ts';
import { permissions } from './permissions.ts';

const issuer = 'operandi-gateway';
const type = 'operandi-actor+jwt';
const lifetimeSeconds = 60;
const clockToleranceSeconds = 5;
/** One request asks a subgraph several times with one assertion. */
const maxRemembered = 2_000;

/** Only what comes from outside: what the platform does itself does not pass through a gateway. */
const outsideKinds = actorKinds.filter((kind) => kind !== 'worker' && kind !== 'system');

const claims = z.object({
  sub: z.string().min(1),
  tenant: z.uuid(),
  kind: z.enum(outsideKinds),
  name: z.string(),
  permissions: z.array(z.enum(permissions)).readonly(),
  request: z.string(),
  iss: z.literal(issuer),
  aud: z.string(),
  exp: z.number(),
  iat: z.number(),
});

/** For which subgraph, and in which request. */
export interface AssertionUse {
  readonly subgraph: string;
  readonly requestId: string;
}

/** Signs who calls: good for one subgraph, one request and a minute. */
export type SignAssertion = (actor: Actor, use: AssertionUse, now?: Date) => string;

/** The actor a gateway vouches for; every flaw of the token is the same UNAUTHENTICATED. */
export type VerifyAssertion = (token: string, requestId: string, now?: Date) => Actor;

/** With the gateway's private key, `id:base64`; its half for subgraphs is `publicKeyOf`. */
export function createAssertionSigner(signingKey: string): SignAssertion {
  const key = parseSigningKey(signingKey);
  return (actor, { subgraph, requestId }, now = new Date()) => {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const statement = {
      tenant: actor.tenantId,
      kind: actor.kind,
      name: actor.name,
      permissions: actor.permissions,
      request: requestId,
      sub: actor.id,
      iss: issuer,
      aud: audienceOf(subgraph),
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
    };
    return signJson(statement, key, type);
  };
}

/** With public keys only, `id:base64[,…]`: whoever takes a subgraph over can vouch for nobody. */
export function createAssertionVerifier(publicKeys: string, subgraph: string): VerifyAssertion {
  const read = createSignedJsonReader(parsePublicKeys(publicKeys), type);
  const seen = new LRUCache<string, Verified>({ max: maxRemembered });

  function verify(token: string, now: Date): Verified | undefined {
    const statement = claims.safeParse(read(token)).data;
    if (statement?.aud !== audienceOf(subgraph)) return undefined;
    const { sub, tenant, kind, name, permissions: granted, request, exp, iat } = statement;
    const seconds = now.getTime() / 1000;
    if (iat > seconds + clockToleranceSeconds || exp < iat) return undefined;
    const actor = { kind, id: sub, tenantId: tenant, name, permissions: granted };
    const end = Math.min(exp, iat + lifetimeSeconds) + clockToleranceSeconds;
    return seconds < end ? { actor, request, endsAt: end * 1000 } : undefined;
  }

  return (token, requestId, now = new Date()) => {
    const known = seen.get(token);
    const isFresh = known !== undefined && now.getTime() < known.endsAt;
    const verified = isFresh ? known : verify(token, now);
    if (verified?.request !== requestId)
      throw new AppError('UNAUTHENTICATED', 'the request does not come from the gateway');
    seen.set(token, verified);
    return verified.actor;
  };
}

interface Verified {
  readonly actor: Actor;
  /** Id of the request it was made for. */
  readonly request: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

function audienceOf(subgraph: string): string {
  return `operandi:${subgraph}`;
}

import { SignJWT, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { parsePublicKeys, parseSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { AppError } from '../../kernel/errors.ts';
import { actorKinds } from './actor.ts';
import type { Actor } from './actor.ts';
import { conditionsSchema } from './conditions.ts';
import { permissions } from './permissions.ts';

const issuer = 'operandi-gateway';
const type = 'operandi-actor+jwt';
const algorithm = 'EdDSA';
const lifetimeSeconds = 60;
const clockToleranceSeconds = 5;
/** One request asks a subgraph several times with one assertion. */
const maxRemembered = 2_000;

/** Only what comes from outside: what the platform does itself does not pass through a gateway. */
const outsideKinds = actorKinds.filter((kind) => kind !== 'worker' && kind !== 'system');

const scope = z.strictObject({
  maker: z.strictObject({ kind: z.enum(['user', 'api_key']), id: z.string().min(1) }),
  agentId: z.uuid(),
  jobId: z.uuid().optional(),
  isOwn: z.boolean(),
  readsApprovals: z.boolean(),
});

const claims = z
  .object({
    sub: z.string().min(1),
    tenant: z.uuid(),
    kind: z.enum(outsideKinds),
    name: z.string(),
    permissions: z.array(z.enum(permissions)).readonly(),
    conditions: conditionsSchema.optional(),
    groups: z.array(z.uuid()).readonly().optional(),
    token: scope.optional(),
    request: z.string(),
    exp: z.number(),
    iat: z.number(),
  })
  .refine(
    ({ kind, token }) => (kind === 'access_token') === (token !== undefined),
    'a token has a scope, and nobody else',
  );

/** For which subgraph, and in which request. */
export interface AssertionUse {
  readonly subgraph: string;
  readonly requestId: string;
}

/** Signs who calls: good for one subgraph, one request and a minute. */
export type SignAssertion = (actor: Actor, use: AssertionUse, now?: Date) => Promise<string>;

/** The actor a gateway vouches for; every flaw of the token is the same UNAUTHENTICATED. */
export type VerifyAssertion = (token: string, requestId: string, now?: Date) => Promise<Actor>;

/** With the gateway's private key, `id:base64`; its half for subgraphs is `publicKeyOf`. */
export function createAssertionSigner(signingKey: string): SignAssertion {
  const { id, key } = parseSigningKey(signingKey);
  return (actor, { subgraph, requestId }, now = new Date()) => {
    const issuedAt = Math.floor(now.getTime() / 1000);
    return new SignJWT({
      tenant: actor.tenantId,
      kind: actor.kind,
      name: actor.name,
      permissions: actor.permissions,
      ...(actor.conditions && { conditions: actor.conditions }),
      ...(actor.groups && { groups: actor.groups }),
      ...(actor.token && { token: actor.token }),
      request: requestId,
    })
      .setProtectedHeader({ alg: algorithm, kid: id, typ: type })
      .setSubject(actor.id)
      .setIssuer(issuer)
      .setAudience(audienceOf(subgraph))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(key);
  };
}

/** With public keys only, `id:base64[,…]`: whoever takes a subgraph over can vouch for nobody. */
export function createAssertionVerifier(publicKeys: string, subgraph: string): VerifyAssertion {
  const keys = parsePublicKeys(publicKeys);
  const seen = new LRUCache<string, Verified>({ max: maxRemembered });
  const keyOf = ({ kid = '' }: { readonly kid?: string }) => {
    const key = keys.get(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  };

  async function verify(token: string, now: Date): Promise<Verified> {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [algorithm],
      audience: audienceOf(subgraph),
      ...{ issuer, typ: type },
      requiredClaims: ['exp', 'iat'],
      maxTokenAge: lifetimeSeconds,
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
    });
    const { sub, tenant, request, exp, iat, ...told } = claims.parse(payload);
    const actor = { ...told, id: sub, tenantId: tenant };
    const end = Math.min(exp, iat + lifetimeSeconds) + clockToleranceSeconds;
    return { actor, request, endsAt: end * 1000 };
  }

  return async (token, requestId, now = new Date()) => {
    try {
      const known = seen.get(token);
      const isFresh = known !== undefined && now.getTime() < known.endsAt;
      const verified = isFresh ? known : await verify(token, now);
      if (verified.request !== requestId) throw new errors.JWTInvalid('made for another request');
      seen.set(token, verified);
      return verified.actor;
    } catch (cause) {
      if (cause instanceof errors.JOSEError || cause instanceof z.ZodError) {
        throw new AppError('UNAUTHENTICATED', 'the request does not come from the gateway', {
          cause,
        });
      }
      throw cause;
    }
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

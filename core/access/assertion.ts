import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import { parsePublicKeys, parseSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { createSignedJsonReader, signJson } from '../../kernel/crypto/signed-json.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { actorKinds } from './actor.ts';
import type { Actor } from './actor.ts';
import { conditionsSchema } from './conditions.ts';
import { permissions } from './permissions.ts';

const issuer = 'operandi-gateway';
const type = 'operandi-actor+jwt';
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

/** Who calls and what they may do: the same in all that a caller asks. */
const actorClaims = z
  .object({
    sub: z.string().min(1),
    tenant: z.uuid(),
    kind: z.enum(outsideKinds),
    name: z.string(),
    permissions: z.array(z.enum(permissions)).readonly(),
    conditions: conditionsSchema.optional(),
    groups: z.array(z.uuid()).readonly().optional(),
    token: scope.optional(),
  })
  .refine(
    ({ kind, token }) => (kind === 'access_token') === (token !== undefined),
    'a token has a scope, and nobody else',
  )
  .transform(({ sub, tenant, ...told }): Actor => ({ ...told, id: sub, tenantId: tenant }));

/** For what, and for how long: another time each time. */
const useClaims = z.object({
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
      ...(actor.conditions && { conditions: actor.conditions }),
      ...(actor.groups && { groups: actor.groups }),
      ...(actor.token && { token: actor.token }),
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
  // To look at a list of permissions once more costs a fifth of what the signature does.
  const actors = new LRUCache<string, Actor>({ max: maxRemembered });

  function actorOf(told: JsonObject): Actor | undefined {
    const text = JSON.stringify(told);
    const actor = actors.get(text) ?? actorClaims.safeParse(told).data;
    if (actor !== undefined) actors.set(text, actor);
    return actor;
  }

  function verify(token: string, now: Date): Verified | undefined {
    const {
      request: itsRequest,
      iss,
      aud,
      exp: itsEnd,
      iat: itsStart,
      ...told
    } = read(token) ?? {};
    const claims = { request: itsRequest, iss, aud, exp: itsEnd, iat: itsStart };
    const use = useClaims.safeParse(claims).data;
    if (use?.aud !== audienceOf(subgraph)) return undefined;
    const { request, exp, iat } = use;
    const seconds = now.getTime() / 1000;
    if (iat > seconds + clockToleranceSeconds || exp < iat) return undefined;
    const actor = actorOf(told);
    if (actor === undefined) return undefined;
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

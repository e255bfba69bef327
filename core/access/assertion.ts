import { createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { actorKinds } from './actor.ts';
import type { Actor } from './actor.ts';
import { permissions } from './permissions.ts';

const audience = 'operandi-subgraph';
const issuer = 'operandi-gateway';
const lifetimeSeconds = 60;
const clockToleranceSeconds = 5;

const claims = z.object({
  sub: z.string().min(1),
  tenant: z.uuid(),
  kind: z.enum(actorKinds),
  name: z.string(),
  permissions: z.array(z.enum(permissions)).readonly(),
});

/** A statement of the gateway to subgraphs about who calls; it lives for 60 seconds. */
export function signAssertion(actor: Actor, secret: string, now = new Date()): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({
    tenant: actor.tenantId,
    kind: actor.kind,
    name: actor.name,
    permissions: actor.permissions,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(actor.id)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(keyOf(secret));
}

/** The actor a gateway vouches for; every flaw of the token is the same UNAUTHENTICATED. */
export async function verifyAssertion(
  token: string,
  secret: string,
  now = new Date(),
): Promise<Actor> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ['HS256'],
      audience,
      issuer,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: clockToleranceSeconds,
      currentDate: now,
    });
    const { sub, tenant, kind, name, permissions: granted } = claims.parse(payload);
    return { kind, id: sub, tenantId: tenant, name, permissions: granted };
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof z.ZodError) {
      throw new AppError('UNAUTHENTICATED', 'the request does not come from the gateway', {
        cause,
      });
    }
    throw cause;
  }
}

/** A process has one secret, as a rule. */
const keys = new Map<string, KeyObject>();

/** The same object for the same secret: jose takes a key in once for each object, which costs as much as a signature. */
function keyOf(secret: string): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret, 'utf8');
  keys.set(secret, key);
  return key;
}

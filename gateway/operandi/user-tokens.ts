import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';

import type { Actor } from '../../core/access/actor.ts';
import type { AuthenticatedKey } from '../../core/access/authenticate-key.ts';
import type { findMember, Subject } from '../../core/access/find-member.ts';
import type { TokenProvider } from '../../core/access/find-provider.ts';
import type { KeyRows } from '../../core/access/key-rows.ts';
import { claimedNames } from '../../core/access/find-claimed-groups.ts';
import { unionOf } from '../../core/access/grant.ts';
import { actorOfMember, grantOfGroups } from '../../core/access/member-actor.ts';
import { permissions, rolePermissions } from '../../core/access/permissions.ts';
import { isRoleName } from '../../core/access/roles.ts';
import { tenantSuspended } from '../../core/access/tenant-suspended.ts';
import { watchCredential } from '../../core/access/watch-credential.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Issuers } from './issuers.ts';
import { createTokenRows, refOfMember, refOfProvider, type TokenOrigin } from './token-rows.ts';

/** Knows members and machines by tokens (RFC 7519) of the issuers that their tenants trust. */
export interface UserTokens extends Disposable {
  /** Every flaw of a token is the same UNAUTHENTICATED, an issuer that nobody trusts included. */
  authenticate(token: string): Promise<AuthenticatedKey>;
}

interface TokenServices {
  readonly database: Database;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly issuers: Issuers;
}

type Member = NonNullable<Awaited<ReturnType<typeof findMember>>>;

const clockToleranceSeconds = 30;
const maxAudiences = 10;
const maxTokenChars = 16_384;

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const address = z.object({ email: z.string().max(254), email_verified: z.literal(true) });

export function createUserTokens({
  database,
  doorbell,
  clock,
  issuers,
}: TokenServices): UserTokens {
  const { providers, members } = createTokenRows({ database, doorbell, clock });

  async function look(token: string): Promise<{ readonly actor: Actor; readonly exp: number }> {
    const provider = await providerOf(token);
    const payload = await verified(token, provider);
    const { tenantId, issuer } = provider;
    const { subject, email } = subjectOf(payload);
    const groups = claimedNames(payload, provider.groupClaim);
    const member = await rowOf(members, refOfMember({ tenantId, issuer, subject, email, groups }));
    if (provider.tenant.suspendedAt !== null) throw tenantSuspended();
    return { actor: actorOf(member, provider, payload), exp: payload.exp ?? 0 };
  }

  function providerOf(token: string): Promise<TokenProvider> {
    return rowOf(providers, refOfProvider(readClaims(token)));
  }

  async function verified(token: string, provider: TokenProvider): Promise<JWTPayload> {
    try {
      checkType(token, provider);
      const { payload } = await jwtVerify(token, issuers.keysOf(provider), {
        issuer: provider.issuer,
        audience: provider.audience ?? [],
        algorithms: provider.algorithms.flatMap(namesOf),
        requiredClaims: ['exp', 'sub'],
        clockTolerance: clockToleranceSeconds,
        currentDate: clock.now(),
      });
      return payload;
    } catch (cause) {
      if (isFlawOfToken(cause)) throw refused(cause);
      throw new AppError('UNAVAILABLE', 'the keys of the issuer cannot be read', { cause });
    }
  }

  return {
    async authenticate(token) {
      const { actor, exp } = await look(token);
      const { tenantId } = actor;
      return {
        actor,
        expiresAt: new Date((exp + clockToleranceSeconds) * 1_000),
        onRevoked: (listener) =>
          watchCredential(
            { doorbell, tenantId, actor, look: async () => (await look(token)).actor },
            listener,
          ),
      };
    },
    [Symbol.dispose]() {
      providers[Symbol.dispose]();
      members[Symbol.dispose]();
    },
  };
}

/** Who is nobody here is told the same as who sends noise. */
async function rowOf<Row extends { readonly tenantId: string }>(
  rows: KeyRows<Row>,
  ref: string,
): Promise<Row> {
  const known = rows.peek(ref);
  const row = known === 'unknown' ? undefined : (known ?? (await rows.find(ref)));
  if (row === undefined) throw refused();
  rows.noteUse(ref, row);
  return row;
}

/** What the token says of itself, before it is known whether that is true. */
function readClaims(token: string): TokenOrigin {
  if (token.length > maxTokenChars) throw refused();
  let claims: JWTPayload;
  try {
    claims = decodeJwt(token);
  } catch (cause) {
    throw refused(cause);
  }
  const audiences = texts.safeParse(claims.aud).data ?? [];
  const { iss: issuer } = claims;
  if (typeof issuer !== 'string' || audiences.length === 0 || audiences.length > maxAudiences)
    throw refused();
  return { issuer, audiences: audiences.toSorted() };
}

/** A token that was made for something else has another type, so that it is no credential here. */
function checkType(token: string, { tokenTypes }: TokenProvider): void {
  const { typ = '' } = decodeProtectedHeader(token);
  if (!tokenTypes.includes(typ.toLowerCase().replace(/^application\//, '')))
    throw new errors.JWTInvalid('the token is of another type');
}

function namesOf(algorithm: string): readonly string[] {
  return algorithm === 'EDDSA' ? ['EdDSA', 'Ed25519'] : [algorithm];
}

function subjectOf(payload: JWTPayload): Subject {
  const { data } = address.safeParse(payload);
  return { subject: payload.sub ?? '', email: data?.email };
}

/** The membership says what a member may do, or where the tenant has its issuer say so the claim and the groups. */
function actorOf(member: Member, { roleClaim }: TokenProvider, payload: JWTPayload): Actor {
  if (roleClaim === null) return actorOfMember(member);
  const named = texts.safeParse(payload[roleClaim]).data ?? [];
  const granted = new Set(named.filter(isRoleName).flatMap((role) => rolePermissions[role]));
  const own = { permissions: permissions.filter((one) => granted.has(one)) };
  return actorOfMember(member, unionOf([own, grantOfGroups(member)]));
}

// What is wrong with a token has an error class of its own; the rest is about fetching keys.
function isFlawOfToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) return false;
  return error.code !== errors.JOSEError.code;
}

function refused(cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', 'the token is not valid', { cause });
}

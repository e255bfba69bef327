import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { anonymous, type Authenticate, type Credentials, type Identity } from './identity.ts';

/** How callers prove themselves by signed tokens (RFC 7519); `docs/gateway.md` explains each field. */
export interface TokenRules {
  readonly jwksUrl?: string | undefined;
  readonly jwksFile?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly algorithms: readonly string[];
  readonly scopeClaim: string;
  readonly policyClaim: string;
  readonly clockToleranceSeconds: number;
  /** False: who sends no token asks as nobody. */
  readonly isRequired: boolean;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const texts = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]);

// An unknown key id makes the set be fetched again, but no more often than this.
const cooldownMs = 30_000;
const keysLiveMs = 600_000;

/** Knows callers by the tokens of one issuer. Every flaw of a token is the same UNAUTHENTICATED. */
export async function createTokenAuthenticate(rules: TokenRules): Promise<Authenticate> {
  const keys = await openKeys(rules);
  return async (credentials) => {
    const token = bearerOf(credentials);
    if (token === undefined) {
      if (rules.isRequired)
        throw new AppError('UNAUTHENTICATED', 'send a token as "Authorization: Bearer …"');
      return anonymous;
    }
    const payload = await verified(token, keys, rules);
    return identityOf(token, payload, rules);
  };
}

type Keys = ReturnType<typeof createRemoteJWKSet> | ReturnType<typeof createLocalJWKSet>;

async function openKeys({ jwksUrl, jwksFile }: TokenRules): Promise<Keys> {
  if (jwksUrl !== undefined) {
    const options = { cooldownDuration: cooldownMs, cacheMaxAge: keysLiveMs };
    return createRemoteJWKSet(new URL(jwksUrl), options);
  }
  if (jwksFile === undefined)
    throw new AppError('BAD_USER_INPUT', 'authentication.jwt needs jwksUrl or jwksFile');
  return createLocalJWKSet(keySet.parse(JSON.parse(await readFile(jwksFile, 'utf8'))));
}

function bearerOf({ authorization }: Credentials): string | undefined {
  if (authorization === undefined) return undefined;
  const token = /^Bearer +([\w.-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw refused();
  return token;
}

async function verified(token: string, keys: Keys, rules: TokenRules): Promise<JWTPayload> {
  const { issuer, audience, algorithms, clockToleranceSeconds: clockTolerance } = rules;
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...algorithms],
      clockTolerance,
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    });
    return payload;
  } catch (cause) {
    if (!isFlawOfToken(cause)) {
      throw new AppError('UNAVAILABLE', 'the keys of the issuer cannot be read', { cause });
    }
    throw refused(cause);
  }
}

// What is wrong with a token has an error class of its own; the rest is about fetching keys.
function isFlawOfToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) return false;
  return error.code !== errors.JOSEError.code;
}

function refused(cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', 'the token is not valid', { cause });
}

// Subgraphs may see all of a token, so callers share results only when they sent the same one.
function identityOf(token: string, payload: JWTPayload, rules: TokenRules): Identity {
  const listOf = (claim: string): readonly string[] => texts.safeParse(payload[claim]).data ?? [];
  return {
    key: createHash('sha256').update(token).digest('base64url'),
    isAuthenticated: true,
    claims: payload,
    scopes: listOf(rules.scopeClaim),
    policies: listOf(rules.policyClaim),
    ...(payload.exp !== undefined && { expiresAt: new Date(payload.exp * 1000) }),
    headers: () => Promise.resolve({}),
  };
}

import { createHash } from 'node:crypto';
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { anonymous, type Authenticate, type Credentials, type Identity } from './identity.ts';
import { type KeyRules, openIssuerKeys } from './issuer-keys.ts';

/** How callers prove themselves by signed tokens (RFC 7519); `docs/gateway.md` explains each field. */
export interface TokenRules extends KeyRules {
  /** Undefined only where `allows.anyIssuer` says so; the same for the audience. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly allows: {
    readonly anyIssuer: boolean;
    readonly anyAudience: boolean;
    readonly endlessTokens: boolean;
  };
  readonly algorithms: readonly string[];
  readonly scopeClaim: string;
  readonly policyClaim: string;
  readonly clockToleranceSeconds: number;
  /** False: who sends no token asks as nobody. */
  readonly isRequired?: boolean;
}

const texts = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]);

/** An issuer whose tokens count, and its keys. */
interface OpenIssuer {
  readonly rules: TokenRules;
  readonly keys: JWTVerifyGetKey;
}

/**
 * Knows callers by the tokens of some issuers, each with keys, audience and algorithms of its own: a token is looked at
 * by the rules of the issuer that it names. Every flaw of a token is the same UNAUTHENTICATED.
 */
export async function createTokenAuthenticate(
  rules: TokenRules | readonly TokenRules[],
): Promise<Authenticate> {
  const all = [rules].flat();
  const issuers = await Promise.all(
    all.map(async (one): Promise<OpenIssuer> => {
      checkBounds(one);
      return { rules: one, keys: await openIssuerKeys(one) };
    }),
  );
  const isRequired = all.some((one) => one.isRequired === true);
  return async (credentials) => {
    const token = bearerOf(credentials);
    if (token === undefined) {
      if (isRequired)
        throw new AppError('UNAUTHENTICATED', 'send a token as "Authorization: Bearer …"');
      return anonymous;
    }
    const issuer = issuerOf(token, issuers);
    const payload = await verified(token, issuer);
    return identityOf(token, payload, issuer.rules);
  };
}

/** What a token says of itself decides only by whose rules it is looked at. */
function issuerOf(token: string, issuers: readonly OpenIssuer[]): OpenIssuer {
  const [only, ...others] = issuers;
  if (only !== undefined && others.length === 0) return only;
  const claimed = claimedIssuer(token);
  const issuer =
    issuers.find(({ rules }) => rules.issuer !== undefined && rules.issuer === claimed) ??
    issuers.find(({ rules }) => rules.issuer === undefined);
  if (issuer === undefined) throw refused();
  return issuer;
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (cause) {
    throw refused(cause);
  }
}

/** Without them a token that somebody got for another service would be good here. */
function checkBounds({ issuer, audience, allows }: TokenRules): void {
  if (issuer === undefined && !allows.anyIssuer) throw unbounded('issuer', 'anyIssuer');
  if (audience === undefined && !allows.anyAudience) throw unbounded('audience', 'anyAudience');
}

function unbounded(rule: string, exception: string): AppError {
  const message = `authentication.jwt needs ${rule}, or allows.${exception}: true to take tokens of any`;
  return new AppError('BAD_USER_INPUT', message);
}

function bearerOf({ authorization }: Credentials): string | undefined {
  if (authorization === undefined) return undefined;
  const token = /^Bearer +([\w.-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw refused();
  return token;
}

async function verified(token: string, { keys, rules }: OpenIssuer): Promise<JWTPayload> {
  const { issuer, audience, algorithms, clockToleranceSeconds: clockTolerance } = rules;
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...algorithms],
      clockTolerance,
      requiredClaims: rules.allows.endlessTokens ? [] : ['exp'],
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

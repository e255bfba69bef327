import { decodeJwt } from 'jose';
import { z } from 'zod';

import { createCache } from '../../kernel/cache.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseOutsideJson } from '../../kernel/json.ts';
import { trimEndOf } from '../../kernel/trim-end.ts';
import type { EgressRequest, EgressResponse } from '../egress/policy.ts';
import { expiryOf } from '../parts/token-life.ts';
import type { FetchedToken } from '../ports.ts';
import { required, type TokenRequest } from './requests.ts';

/** Sends a request on behalf of one tenant. */
export type Send = (request: EgressRequest) => Promise<EgressResponse>;

export interface TokenQuestion {
  readonly tenantId: string;
  readonly scheme: 'oauth2' | 'oidc';
  readonly properties: TokenRequest;
}

/** Access tokens by OAuth 2 and OpenID Connect, kept until shortly before they expire. */
export interface Tokens {
  get(question: TokenQuestion, send: Send): Promise<string>;
  /** Forgets a token that a peer refused. */
  forget(question: TokenQuestion): void;
}

/** No token was given. */
export class TokenRefused extends AppError {
  override readonly name = 'TokenRefused';
  /** Of the answer of the token endpoint. */
  readonly status: number;

  constructor(message: string, status: number) {
    super('UNAUTHENTICATED', message);
    this.status = status;
  }
}

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const wellKnown = '/.well-known/openid-configuration';
const unstatedLifeSeconds = 60;
const maxLifeSeconds = 86_400;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().optional(),
});
const discovery = z.looseObject({ issuer: z.string(), token_endpoint: z.string() });

export function createTokens(clock: Clock = systemClock): Tokens {
  const cache = createCache<FetchedToken>({ max: 1000, ttlMs: maxLifeSeconds * 1_000, clock });
  return {
    async get(question, send) {
      const key = keyOf(question);
      const known = cache.get(key);
      if (known !== undefined && known.expiresAt <= clock.now().getTime()) cache.delete(key);
      const token = await cache.getOrLoad(key, () => fetchToken(question, send, clock));
      return token.value;
    },
    forget(question) {
      cache.delete(keyOf(question));
    },
  };
}

function keyOf({ tenantId, scheme, properties }: TokenQuestion): string {
  return sha256Hex(JSON.stringify([tenantId, scheme, properties]));
}

/** Asks the token endpoint once; throws `TokenRefused`. */
export async function fetchToken(
  { scheme, properties }: TokenQuestion,
  send: Send,
  clock: Clock,
): Promise<FetchedToken> {
  const url = await tokenEndpoint(scheme, properties, send);
  const { headers, fields } = identify(properties, grantFields(properties));
  const isJson = properties.request.encoding === 'application/json';
  const body = isJson
    ? JSON.stringify(Object.fromEntries(fields))
    : new URLSearchParams([...fields]).toString();
  const response = await send({
    method: 'POST',
    url,
    headers: {
      accept: 'application/json',
      'content-type': properties.request.encoding,
      ...headers,
    },
    body,
  });
  const answer = tokenAnswer.safeParse(parse(response));
  if (response.status !== 200 || !answer.success) throw refused(url, response);
  checkIssuer(answer.data.access_token, properties.issuers);
  const { access_token: value, expires_in: stated = 0 } = answer.data;
  const lifeSeconds = stated > 0 ? Math.min(stated, maxLifeSeconds) : unstatedLifeSeconds;
  return { value, expiresAt: expiryOf(lifeSeconds, clock.now()) };
}

async function tokenEndpoint(
  scheme: TokenQuestion['scheme'],
  properties: TokenRequest,
  send: Send,
): Promise<string> {
  const authority = trimEndOf(properties.authority, '/');
  const isDiscovered = scheme === 'oidc' || authority.endsWith(wellKnown);
  if (!isDiscovered) return below(authority, properties.endpoints.token);
  const issuer = authority.endsWith(wellKnown) ? authority.slice(0, -wellKnown.length) : authority;
  const response = await send({
    method: 'GET',
    url: issuer + wellKnown,
    headers: { accept: 'application/json' },
  });
  const found = discovery.safeParse(parse(response));
  if (response.status !== 200 || !found.success) throw refused(issuer + wellKnown, response);
  if (trimEndOf(found.data.issuer, '/') !== issuer) {
    throw new AppError(
      'UNAUTHENTICATED',
      `${new URL(issuer).host} describes another issuer than it was asked for`,
    );
  }
  return found.data.token_endpoint;
}

// Appended, not resolved: the path of the authority names the realm.
function below(authority: string, path: string): string {
  return URL.canParse(path) ? path : `${authority}/${path.replace(/^\/+/u, '')}`;
}

type Fields = ReadonlyMap<string, string>;

function grantFields(properties: TokenRequest): Fields {
  const shared = [
    ['grant_type', properties.grant],
    ['scope', properties.scopes.join(' ')],
    ['audience', properties.audiences.join(' ')],
    ['resource', properties.resource ?? ''],
  ] as const;
  return new Map([...shared, ...ownFields(properties)].filter(([, value]) => value !== ''));
}

function ownFields({
  grant,
  username,
  password,
  subject,
  actor,
}: TokenRequest): readonly (readonly [string, string])[] {
  switch (grant) {
    case 'client_credentials':
      return [];
    case 'password':
      return [
        ['username', required(username, 'username')],
        ['password', required(password, 'password')],
      ];
    case exchange:
      return [
        ['subject_token', required(subject?.token, 'subject.token')],
        ['subject_token_type', required(subject?.type, 'subject.type')],
        ['actor_token', actor?.token ?? ''],
        ['actor_token_type', actor?.type ?? ''],
      ];
    default:
      throw new AppError(
        'BAD_USER_INPUT',
        `the grant ${grant.slice(0, 64)} needs a person and cannot run in a job`,
      );
  }
}

interface Identified {
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Fields;
}

function identify({ client }: TokenRequest, fields: Fields): Identified {
  switch (client.authentication) {
    case 'none':
      return { headers: {}, fields: withFields(fields, { client_id: client.id ?? '' }) };
    case 'client_secret_post': {
      const secret = required(client.secret, 'client.secret');
      return {
        headers: {},
        fields: withFields(fields, {
          client_id: required(client.id, 'client.id'),
          client_secret: secret,
        }),
      };
    }
    case 'client_secret_basic': {
      const pair = [required(client.id, 'client.id'), required(client.secret, 'client.secret')]
        .map(formEncode)
        .join(':');
      return {
        headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
        fields,
      };
    }
    case 'client_secret_jwt':
    case 'private_key_jwt': {
      const assertion = required(client.assertion, 'client.assertion');
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const proof = {
        client_id: client.id ?? '',
        client_assertion: assertion,
        client_assertion_type: type,
      };
      return { headers: {}, fields: withFields(fields, proof) };
    }
  }
}

function withFields(fields: Fields, more: Readonly<Record<string, string>>): Fields {
  return new Map([...fields, ...Object.entries(more).filter(([, value]) => value !== '')]);
}

// RFC 6749 § 2.3.1 encodes both halves as a form does, before they are joined.
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function checkIssuer(token: string, issuers: readonly string[]): void {
  if (issuers.length === 0) return;
  const issuer = issuerOf(token);
  if (issuer !== undefined && issuers.includes(issuer)) return;
  throw new AppError(
    'UNAUTHENTICATED',
    'the token was issued by somebody else than the issuers named',
  );
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function parse(response: EgressResponse): unknown {
  try {
    return parseOutsideJson(response.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

// Only the registered `error` code is repeated: descriptions may echo what was sent.
function refused(url: string, response: EgressResponse): AppError {
  const answer = z
    .looseObject({ error: z.string().regex(/^[\w.-]{1,64}$/u) })
    .safeParse(parse(response));
  const why = answer.success ? `: ${answer.data.error}` : '';
  return new TokenRefused(
    `${new URL(url).host} gave no token, status ${String(response.status)}${why}`,
    response.status,
  );
}

import * as openid from 'openid-client';

import { createCache } from '../../kernel/cache.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ConsentOwner } from '../consent.ts';
import type { Egress } from '../egress/egress.ts';
import { type ConnectionPolicy, defaultLimits } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import type { AuthorizationCodeCredential } from './authorization-code.ts';

/** An authorization server, as the client of one integration talks with it. */
export type AuthorizationServer = openid.Configuration;

/** Finds the authorization server of a credential. */
export type FindServer = (
  credential: AuthorizationCodeCredential,
  owner: ConsentOwner,
) => Promise<AuthorizationServer>;

/** For each answer: description and token together come within the time of a claim on a refresh. */
const patienceSeconds = 12;
const describedMs = 600_000;

/** The connection to the token endpoint: one of its own, so that it and the calls do not pause each other. */
export function tokenConnection(owner: ConsentOwner): ConnectionPolicy {
  return {
    key: `${owner.tenantId}/${owner.integrationId}/tokens`,
    name: `the token endpoint of ${owner.integrationName}`,
    // A peer that refuses every token does not have tokens asked for without end.
    limits: { ...defaultLimits, maxResponseBytes: 1_048_576, ratePerSecond: 5 },
  };
}

/** Descriptions are kept for ten minutes, those of each credential for itself. */
export function createFindServer(egress: Egress): FindServer {
  const described = createCache<openid.ServerMetadata>({ max: 1_000, ttlMs: describedMs });
  return async (credential, owner) => {
    const fetch = fetchOver(egress, owner);
    const key = JSON.stringify([owner.tenantId, owner.integrationId, owner.credentialVersion]);
    const metadata =
      statedOf(credential) ??
      (await described.getOrLoad(key, () => describe(credential, fetch, owner)));
    const server = new openid.Configuration(
      metadata,
      credential.clientId,
      {},
      clientProof(credential),
    );
    server[openid.customFetch] = fetch;
    server.timeout = patienceSeconds;
    // Credentials name addresses with http on this machine alone; what a server describes names none.
    // oxlint-disable-next-line typescript/no-deprecated -- it is, to make one look twice
    if (isPlain(credential.tokenUrl ?? credential.issuer)) openid.allowInsecureRequests(server);
    return server;
  };
}

/** The endpoints that a credential names; one that names no issuer is taken at the origin of its token endpoint. */
function statedOf(credential: AuthorizationCodeCredential): openid.ServerMetadata | undefined {
  const { issuer, authorizationUrl, tokenUrl, revocationUrl } = credential;
  if (authorizationUrl === undefined || tokenUrl === undefined) return undefined;
  return {
    issuer: issuer ?? new URL(tokenUrl).origin,
    authorization_endpoint: authorizationUrl,
    token_endpoint: tokenUrl,
    ...(revocationUrl === undefined ? {} : { revocation_endpoint: revocationUrl }),
  };
}

async function describe(
  { issuer = '', clientId, revocationUrl }: AuthorizationCodeCredential,
  fetch: openid.CustomFetch,
  owner: ConsentOwner,
): Promise<openid.ServerMetadata> {
  const url = new URL(issuer);
  const ask = (algorithm: 'oidc' | 'oauth2') =>
    openid.discovery(url, clientId, {}, openid.None(), {
      ...{ algorithm, timeout: patienceSeconds, [openid.customFetch]: fetch },
      // oxlint-disable-next-line typescript/no-deprecated -- on this machine alone, see above
      execute: isPlain(issuer) ? [openid.allowInsecureRequests] : [],
    });
  const found = await ask('oidc')
    .catch(() => ask('oauth2'))
    .catch((error: unknown) => {
      throw clientFault(error, owner, 'did not describe itself');
    });
  const metadata = found.serverMetadata();
  const endpoint = URL.parse(metadata.authorization_endpoint ?? '');
  if (metadata.issuer !== issuer || endpoint === null || !isSafeBrowserAddress(endpoint, issuer))
    throw new IntegrationError(
      `the authorization server of ${owner.integrationName} describes another issuer, or no address for people`,
      { isRetryable: false },
    );
  return revocationUrl === undefined
    ? metadata
    : Object.assign(metadata, { revocation_endpoint: revocationUrl });
}

function isSafeBrowserAddress({ protocol }: URL, issuer: string): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isPlain(issuer));
}

function isPlain(address: string | undefined): boolean {
  return address?.startsWith('http:') === true;
}

function clientProof({
  clientSecret,
  authentication,
}: AuthorizationCodeCredential): openid.ClientAuth {
  if (clientSecret === undefined || authentication === 'none') return openid.None();
  return authentication === 'post'
    ? openid.ClientSecretPost(clientSecret)
    : openid.ClientSecretBasic(clientSecret);
}

/** The way out that all calls have; nobody waits longer than the library does. */
function fetchOver(egress: Egress, owner: ConsentOwner): openid.CustomFetch {
  const connection = tokenConnection(owner);
  return async (url, { method, headers, body, signal }) => {
    const sent = body instanceof URLSearchParams ? body.toString() : body;
    const request = {
      ...{ method, url, headers: withoutTransport(headers) },
      ...(typeof sent === 'string' ? { body: sent } : {}),
      deadlineAt: performance.now() + patienceSeconds * 1_000,
    };
    const given = signal ?? AbortSignal.timeout(patienceSeconds * 1_000);
    const answer = await egress.request(connection, request, given);
    const isBodyless = answer.status === 204 || answer.status === 205 || answer.status === 304;
    return new Response(isBodyless ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: { ...answer.headers },
    });
  };
}

function withoutTransport(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'),
  );
}

/** What went wrong, as it may be told: of what the server says its registered error code alone, as descriptions may repeat what was sent. */
export function clientFault(
  error: unknown,
  { integrationName }: Pick<ConsentOwner, 'integrationName'>,
  what: string,
): AppError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof AppError) return error;
  if (cause instanceof AppError) return cause;
  const { status, code } = toldBy(error, cause);
  const why = code === undefined ? '' : `: ${code}`;
  return new IntegrationError(`the authorization server of ${integrationName} ${what}${why}`, {
    ...{ status, isRetryable: mayPass({ status, code }), cause: error },
    endsConsent: code === 'invalid_grant',
  });
}

/** Browsers bring no status, so what passes has codes of its own there (RFC 6749, section 4.1.2.1). */
const passingCodes: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error']);

function mayPass({ status = 0, code = '' }: Told): boolean {
  return status >= 500 || status === 429 || status === 408 || passingCodes.has(code);
}

interface Told {
  readonly status?: number | undefined;
  /** Registered error code, or what the library found wrong, in its own words. */
  readonly code?: string | undefined;
}

function toldBy(error: unknown, cause: unknown): Told {
  if (error instanceof openid.ResponseBodyError)
    return { status: error.status, code: registered(error.error) };
  if (error instanceof openid.AuthorizationResponseError) return { code: registered(error.error) };
  if (error instanceof openid.WWWAuthenticateChallengeError)
    return { status: error.status, code: 'invalid_client' };
  const status = cause instanceof Response ? cause.status : undefined;
  const inner = cause instanceof Error ? cause.message : undefined;
  return { status, code: error instanceof Error ? (inner ?? error.message) : undefined };
}

function registered(code: string): string {
  return /^[\w.-]{1,64}$/u.test(code) ? code : 'an error without a name';
}

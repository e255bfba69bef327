import type { AppError } from '../../kernel/errors.ts';

/** For what headers that prove a caller are made. */
export interface UpstreamUse {
  readonly subgraph: string;
  readonly requestId: string;
}

/** Who is asking, as far as the gateway needs to know. */
export interface Identity {
  /** Two requests with equal keys may share results: it stands for everything that subgraphs see of the caller. */
  readonly key: string;
  readonly tenantId?: string;
  /** OAuth-like scopes or permissions, as `@requiresScopes` compares them. */
  readonly scopes?: readonly string[];
  /** Policies granted, as `@policy` compares them. */
  readonly policies?: readonly string[];
  /** Labels of progressive `@override` that apply to this caller, whatever the configuration says of them. */
  readonly overrideLabels?: readonly string[];
  readonly isAuthenticated: boolean;
  /** What the token says, for plugins. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly expiresAt?: Date;
  /** Calls the listener once when the credential is revoked, with why if that is known; returns the way to stop listening. */
  readonly revoked?: (listener: (why?: AppError) => void) => () => void;
  /** Headers that prove the caller to a subgraph in a request, made fresh for each upstream request. */
  headers(use: UpstreamUse): Promise<Readonly<Record<string, string>>>;
}

/** What a client presented. */
export interface Credentials {
  readonly authorization?: string;
  readonly apiKey?: string;
  /** What a browser adds by itself; a cookie counts only with what says from where it came. */
  readonly page?: PageHeaders;
}

/** Headers that no script of a page can set. */
export interface PageHeaders {
  readonly cookie: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
}

/** From where somebody asks, and until when an answer is wanted. */
export interface Asking {
  readonly signal: AbortSignal;
  /** For limits by address. */
  readonly address: string;
}

/** Turns credentials into an identity; throws an AppError with code UNAUTHENTICATED when they are not good. */
export type Authenticate = (credentials: Credentials, asking: Asking) => Promise<Identity>;

const noHeaders = Promise.resolve({});

/** The caller when no authentication is configured. */
export const anonymous: Identity = {
  key: 'anonymous',
  isAuthenticated: false,
  headers: () => noHeaders,
};

type Headers = Readonly<Record<string, string>>;

/** Knows the caller by the headers of a request or by what stands for them. */
export type Identify = (headers: Headers, asking: Asking) => Promise<Identity>;

const nobody = Promise.resolve(anonymous);

/** Reads the credentials for `authenticate`; without it everybody is nobody. */
export function createIdentify(
  authenticate: Authenticate | undefined,
  onIdentity?: (identity: Identity, headers: Headers) => Promise<Identity>,
): Identify {
  const identify = readCredentials(authenticate);
  if (onIdentity === undefined) return identify;
  return async (headers, asking) => onIdentity(await identify(headers, asking), headers);
}

function readCredentials(authenticate: Authenticate | undefined): Identify {
  if (authenticate === undefined) return () => nobody;
  return (headers, asking) => {
    const { authorization, 'x-api-key': apiKey, cookie } = headers;
    return authenticate(
      {
        ...(authorization !== undefined && { authorization }),
        ...(apiKey !== undefined && { apiKey }),
        ...(cookie !== undefined && { page: pageHeaders(cookie, headers) }),
      },
      asking,
    );
  };
}

function pageHeaders(cookie: string, headers: Headers): PageHeaders {
  const { host, origin, 'sec-fetch-site': site } = headers;
  return { cookie, host, origin, site };
}

import type { Clock } from '../../kernel/clock.ts';
import type { Settings } from '../../kernel/config/settings.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Egress } from '../egress/egress.ts';
import { failureOf } from '../egress/failure-of.ts';
import {
  type ConnectionPolicy,
  defaultLimits,
  type EgressRequest,
  type EgressResponse,
} from '../egress/policy.ts';
import { answerDigest } from '../parts/digest.ts';
import {
  type Authentication,
  authorizationRequest,
  httpRequest,
  parseRequest,
  resourceRequest,
} from './requests.ts';
import { createTokens, type Send, type Tokens } from './tokens.ts';

/** Requests that a definition makes by itself, without an integration; arguments are evaluated JSON. */
export interface WorkflowHttp {
  /** `{method, uri, headers, body?, redirect, authentication?}` → `{request, statusCode, headers, bodyBase64}`, whatever the status. */
  call(request: JsonObject, context: WorkflowCallContext): Promise<JsonObject>;
  /** `{uri, authentication?}` → `{content, contentType?}`. */
  fetchResource(request: JsonObject, context: WorkflowCallContext): Promise<JsonObject>;
  /** `{authentication}` → `{scheme, parameter}`. */
  authorize(request: JsonObject, context: WorkflowCallContext): Promise<JsonObject>;
}

export interface WorkflowCallContext {
  readonly tenantId: string;
  readonly signal: AbortSignal;
  /** True where the author has set a timeout, which the signal tells: it rules in place of the platform's. */
  readonly isTimed?: boolean;
}

type CallLimits = Settings['calls'];

const defaultCallLimits: CallLimits = { timeoutMs: 300_000, concurrency: 32 };

interface Services {
  readonly egress: Egress;
  readonly tokens: Tokens;
  readonly limits: CallLimits;
}

interface Authorization {
  readonly scheme: string;
  readonly parameter: string;
}

const maxRedirects = 20;
/** More than jobs that run at once may have waiting, each in the branches of a fork. */
const maxQueued = 10_000;

export function createWorkflowHttp(options: {
  readonly egress: Egress;
  readonly limits?: CallLimits;
  readonly clock?: Clock;
}): WorkflowHttp {
  const { egress, limits = defaultCallLimits, clock } = options;
  const services: Services = { egress, limits, tokens: createTokens(clock) };
  return {
    async call(given, context) {
      const { authentication, ...request } = parseRequest(httpRequest, given);
      const { method, uri: url, headers, body } = request;
      const redirects = request.redirect === 'follow' ? maxRedirects : 0;
      const sent = {
        method,
        url,
        headers,
        maxRedirects: redirects,
        ...(body === undefined ? {} : { body }),
      };
      const response = await sendAs(services, { request: sent, authentication, context });
      return {
        request: { method: method.toUpperCase(), uri: url, headers: withoutCredentials(headers) },
        statusCode: response.status,
        headers: response.headers,
        bodyBase64: response.body.toString('base64'),
      };
    },
    async fetchResource(given, context) {
      const { uri: url, authentication } = parseRequest(resourceRequest, given);
      const request = { method: 'GET', url, maxRedirects };
      const response = await sendAs(services, { request, authentication, context });
      if (response.status < 200 || response.status > 299)
        throw failureOf(response, new URL(url).host);
      const contentType = response.headers['content-type'];
      return {
        content: response.body.toString('utf8'),
        ...(contentType === undefined ? {} : { contentType }),
      };
    },
    async authorize(given, context) {
      const { authentication } = parseRequest(authorizationRequest, given);
      const authorization = await authorizationFor(services, authentication, context);
      if (authorization !== undefined) return { ...authorization };
      throw new AppError(
        'BAD_USER_INPUT',
        'a digest is made for one request and cannot be read before it',
      );
    },
  };
}

interface Errand {
  readonly request: EgressRequest;
  readonly authentication: Authentication | undefined;
  readonly context: WorkflowCallContext;
}

/** Sends with credentials; a 401 to a token kept from before, or to a first digest request, is answered once. */
async function sendAs(services: Services, errand: Errand): Promise<EgressResponse> {
  const { request, authentication, context } = errand;
  const send = senderFor(services, context);
  const response = await send(await authorized(services, errand));
  if (response.status !== 401 || authentication === undefined) return response;
  switch (authentication.scheme) {
    case 'digest':
      return (await retryWithDigest(send, { request, authentication }, response)) ?? response;
    case 'oauth2':
    case 'oidc':
      services.tokens.forget({ ...authentication, tenantId: context.tenantId });
      return await send(await authorized(services, { request, authentication, context }));
    case 'basic':
    case 'bearer':
      return response;
  }
}

async function authorized(
  services: Services,
  { request, authentication, context }: Errand,
): Promise<EgressRequest> {
  if (authentication === undefined) return request;
  const authorization = await authorizationFor(services, authentication, context);
  return authorization === undefined
    ? request
    : withAuthorization(request, `${authorization.scheme} ${authorization.parameter}`);
}

/** Undefined for a digest, which answers a challenge. */
async function authorizationFor(
  services: Services,
  authentication: Authentication,
  context: WorkflowCallContext,
): Promise<Authorization | undefined> {
  switch (authentication.scheme) {
    case 'basic': {
      const pair = `${authentication.username}:${authentication.password}`;
      return { scheme: 'Basic', parameter: Buffer.from(pair).toString('base64') };
    }
    case 'bearer':
      return { scheme: 'Bearer', parameter: authentication.token };
    case 'oauth2':
    case 'oidc': {
      const question = { ...authentication, tenantId: context.tenantId };
      return {
        scheme: 'Bearer',
        parameter: await services.tokens.get(question, senderFor(services, context)),
      };
    }
    case 'digest':
      return undefined;
  }
}

interface DigestErrand {
  readonly request: EgressRequest;
  readonly authentication: { readonly username: string; readonly password: string };
}

async function retryWithDigest(
  send: Send,
  { request, authentication }: DigestErrand,
  challenge: EgressResponse,
): Promise<EgressResponse | undefined> {
  const { origin, pathname, search } = new URL(challenge.url);
  // A challenge from where a redirect led must not be answered with this credential.
  if (origin !== new URL(request.url).origin) return undefined;
  const answer = answerDigest(challenge.headers['www-authenticate'], {
    username: authentication.username,
    password: authentication.password,
    method: request.method.toUpperCase(),
    target: `${pathname}${search}`,
  });
  return answer === undefined
    ? undefined
    : await send(withAuthorization({ ...request, url: challenge.url }, answer));
}

/** Each request is tried once, whenever the peer's turn comes: whether and when to try again is up to the definition. */
function senderFor(
  { egress, limits }: Services,
  { tenantId, signal, isTimed = false }: WorkflowCallContext,
): Send {
  const timeoutMs = isTimed ? Infinity : limits.timeoutMs;
  return (request) =>
    egress.request(connectionTo(tenantId, request.url, limits), { ...request, timeoutMs }, signal);
}

// One connection for each tenant and origin: a slow peer holds up nobody but those who call it.
function connectionTo(
  tenantId: string,
  address: string,
  { concurrency }: CallLimits,
): ConnectionPolicy {
  const url = URL.parse(address);
  const origin = url === null ? 'nowhere' : `${url.protocol}//${url.host}`;
  return {
    key: `${tenantId}/http/${origin}`,
    name: url?.host ?? 'the address',
    limits: { ...defaultLimits, concurrency, maxQueued, maxAttempts: 1 },
  };
}

function withAuthorization(request: EgressRequest, value: string): EgressRequest {
  const others = Object.entries(request.headers ?? {}).filter(
    ([name]) => name.toLowerCase() !== 'authorization',
  );
  return { ...request, headers: { ...Object.fromEntries(others), authorization: value } };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const secret = /^(?:authorization|proxy-authorization|cookie|x-api-key)$/iu;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      secret.test(name) ? '[redacted]' : value,
    ]),
  );
}

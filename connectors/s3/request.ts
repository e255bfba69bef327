import { systemClock } from '../../kernel/clock.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { cutText } from '../../kernel/storable.ts';
import { trimEndOf } from '../../kernel/trim-end.ts';
import type { CallContext, TypedCall } from '../connector.ts';
import type { Authorization } from '../egress/authorization.ts';
import type { Egress } from '../egress/egress.ts';
import { failureOf } from '../egress/failure-of.ts';
import type { EgressRequest, EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { type AwsKeys, presignAws, signAws } from '../parts/aws-signature.ts';
import { cacheOf } from '../parts/cache-settings.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';

import type { S3Config, S3Credential } from './config.ts';
import { encodeKey, keyFault } from './key.ts';
import { readXml, textIn } from './xml.ts';

/** A way to one bucket for one caller. */
export interface S3Line extends Pick<TypedCall<S3Config, S3Credential>, 'config' | 'credential'> {
  readonly egress: Egress;
  readonly context: CallContext;
}

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  /** Without the prefix of the configuration; absent for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Sends a signed request; every one of them may be repeated. A status that is none of 2xx is a failure, 404 is handed back. */
export async function send(line: S3Line, request: S3Request): Promise<EgressResponse> {
  const { egress, config, context } = line;
  const { method, body } = request;
  const url = addressOf(config, request).href;
  const { headers = {} } = request;
  const response = await egress.request(
    connectionOf(config.limits, context),
    {
      ...{
        method,
        url,
        headers,
        authorization: authorizationOf(line),
        isRepeatable: true,
        ...keepingOf(line, request),
        ...timesOf(config.limits, context),
      },
      ...(body === undefined ? {} : { body }),
    },
    context.signal,
  );
  const { status } = response;
  if ((status >= 200 && status <= 299) || status === 404) return response;
  throw failure(line, response);
}

/** What changes an object forgets it, too. */
function keepingOf(
  { config: { cache }, context }: S3Line,
  { key }: S3Request,
): Pick<EgressRequest, 'cache'> {
  if (cache === undefined || key === undefined) return {};
  return { cache: cacheOf({ heuristic: false, seconds: cache.seconds }, 'objects', context) };
}

/** The address of an object; refuses a key that would become another on its way. */
function addressOf(config: S3Config, { key, query = {} }: Pick<S3Request, 'key' | 'query'>): URL {
  const base = new URL(trimEndOf(config.endpoint, '/'));
  if (config.style === 'host') base.host = `${config.bucket}.${base.host}`;
  const root = trimEndOf(base.href, '/');
  const bucket = config.style === 'path' ? `/${config.bucket}` : '';
  const path = key === undefined ? '' : encodeKey(fullKey(config, key));
  // As signatures want it: spaces are no plus signs.
  const search = Object.entries(query)
    .map(([name, value]) => `${encodeKey(name)}=${encodeKey(value).replaceAll('/', '%2F')}`)
    .join('&');
  return new URL(`${root}${bucket}/${path}${search === '' ? '' : `?${search}`}`);
}

function fullKey({ prefix }: S3Config, key: string): string {
  const fault = keyFault(`${prefix}${key}`);
  if (fault === undefined) return `${prefix}${key}`;
  throw new AppError('BAD_USER_INPUT', `the key ${fault}`, { path: 'arguments.key' });
}

/** Each try is signed anew. */
function authorizationOf({ config, credential, context }: S3Line): Authorization | undefined {
  if (credential?.type !== 'aws') return undefined;
  const keys = keysOf(config, credential);
  return {
    identity: String(context.credentialVersion),
    headers: (hop) => signAws(hop, keys, systemClock.now()),
  };
}

function keysOf({ region }: S3Config, credential: S3Credential & { type: 'aws' }): AwsKeys {
  return { ...credential, region, service: 's3' };
}

/** An address that is good by itself for a while. */
export async function presign(
  line: S3Line,
  {
    method,
    key,
    seconds,
  }: { readonly method: string; readonly key: string; readonly seconds: number },
): Promise<string> {
  const { config, credential, context } = line;
  if (credential?.type !== 'aws')
    throw new IntegrationError(`${context.integrationName} has no credential to sign with`, {
      isRetryable: false,
      attempts: 0,
    });
  const query = { 'X-Amz-Expires': String(seconds) };
  const url = addressOf(config, { key, query });
  return await presignAws({ method, url }, keysOf(config, credential), systemClock.now());
}

/** The object is not there; the bucket has to be, or nothing ever is. */
export function isMissing({ context }: S3Line, response: EgressResponse): boolean {
  if (response.status !== 404) return false;
  if (codeIn(response).code === 'NoSuchBucket')
    throw new NotFoundError(`Bucket of ${context.integrationName}`, 'as configured');
  return true;
}

/** The error of an answer, with the code and the words of the storage. */
export function failure(
  { credential, context }: S3Line,
  response: EgressResponse,
): IntegrationError {
  const { status, attempts, isRetryable, retryAfterMs } = failureOf(
    response,
    context.integrationName,
  );
  const secrets =
    credential?.type === 'aws'
      ? [credential.secretAccessKey, credential.sessionToken ?? credential.secretAccessKey]
      : [];
  const hide = (text: string): string =>
    secrets.reduce(
      (rest, secret) => rest.replaceAll(secret, '[redacted]'),
      text.replaceAll(/\p{Cc}+/gu, ' '),
    );
  const { code, message } = codeIn(response);
  const said = code === '' ? `status ${String(status)}` : `${code}: ${message}`;
  return new IntegrationError(`${context.integrationName} answered ${cutText(hide(said), 300)}`, {
    ...{ status, attempts, isRetryable, retryAfterMs },
    answer: {
      ...{ statusCode: response.status, headers: {} },
      content: { code: cutText(hide(code), 100), message: cutText(hide(message), 1_000) },
    },
  });
}

function codeIn({ body }: EgressResponse): { readonly code: string; readonly message: string } {
  try {
    const error = readXml(body.subarray(0, 65_536).toString('utf8'));
    return { code: textIn(error, 'Code'), message: textIn(error, 'Message') };
  } catch {
    return { code: '', message: '' };
  }
}

import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { type CallResult, type Connector, defineConnector } from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { textOf } from '../parts/text-of.ts';
import type { CompileSchema } from '../ports.ts';
import { configSchema, credentialSchema, type S3Config, type S3Credential } from './config.ts';
import { list } from './list.ts';
import { contentOf, described, toBytes } from './objects.ts';
import { type OperationName, operations, type S3Operation } from './operations.ts';
import { failure, isMissing, presign, type S3Line, send } from './request.ts';

interface S3Services {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `s3`: objects in one bucket of a storage that speaks the protocol of Amazon S3. */
export function createS3Connector({ egress, compileSchema }: S3Services): Connector {
  return defineConnector<S3Config, S3Credential>({
    kind: 's3',
    description: 'A bucket of a storage that speaks S3: objects by their keys.',
    configSchema,
    credentialSchema,
    destinationOf: ({ endpoint }) => new URL(endpoint).origin,
    operations: (config) =>
      offered(config).map((operation) => ({ ...operation, isBatched: false })),
    async invoke(call, context) {
      const operation = offered(call.config).find(({ name }) => name === call.operation);
      if (operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      checkArguments(compileSchema, operation.arguments, call.arguments);
      const given = Object.entries(call.arguments).filter(([, value]) => value !== null);
      const { config, credential } = call;
      const line = { egress, config, credential, context };
      return await work[operation.name](line, Object.fromEntries(given));
    },
    async testConnection(config, credential, context) {
      const line = { egress, config, credential, context };
      const response = await send(line, { method: 'HEAD' });
      if (response.status === 404) throw failure(line, response);
      return { isReachable: true, message: 'let us in', durationMs: response.durationMs };
    },
  });
}

function offered({ allow }: S3Config): readonly S3Operation[] {
  return operations.filter(({ name }) => allow === undefined || allow.includes(name));
}

type Work = (line: S3Line, values: JsonObject) => Promise<CallResult>;

const work: Readonly<Record<OperationName, Work>> = {
  put,
  get,
  head,
  list,
  delete: remove,
  presign: makeAddress,
};

async function put(line: S3Line, values: JsonObject): Promise<CallResult> {
  const key = textOf(values['key']);
  const { body, contentType } = toBytes(values);
  const headers = {
    'content-type': contentType,
    ...(values['isNew'] === true ? { 'if-none-match': '*' } : {}),
  };
  const response = await send(line, { method: 'PUT', key, headers, body });
  if (response.status === 404) throw failure(line, response);
  const { etag, 'x-amz-version-id': versionId } = response.headers;
  const known = {
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
  };
  return resultOf(response, { key, ...known });
}

async function get(line: S3Line, values: JsonObject): Promise<CallResult> {
  const key = textOf(values['key']);
  const response = await send(line, { method: 'GET', key });
  if (isMissing(line, response)) return resultOf(response, null);
  const { integrationName: name } = line.context;
  const content = contentOf(response, { as: textOf(values['as']), name });
  return resultOf(response, { ...described(key, response), ...content });
}

async function head(line: S3Line, values: JsonObject): Promise<CallResult> {
  const key = textOf(values['key']);
  const response = await send(line, { method: 'HEAD', key });
  return resultOf(response, isMissing(line, response) ? null : described(key, response));
}

async function remove(line: S3Line, values: JsonObject): Promise<CallResult> {
  const key = textOf(values['key']);
  const response = await send(line, { method: 'DELETE', key });
  isMissing(line, response);
  return resultOf(response, { key });
}

/** Nothing is sent: the address is made here. */
async function makeAddress(line: S3Line, values: JsonObject): Promise<CallResult> {
  const { maxPresignSeconds } = line.config;
  const { key, method = 'GET', expiresInSeconds = Math.min(900, maxPresignSeconds) } = values;
  const seconds = Number(textOf(expiresInSeconds));
  if (seconds > maxPresignSeconds)
    throw new AppError('BAD_USER_INPUT', `it is good for ${String(maxPresignSeconds)} s at most`, {
      path: 'arguments.expiresInSeconds',
    });
  const url = await presign(line, { method: textOf(method), key: textOf(key), seconds });
  const expiresAt = new Date(signedAt(url) + seconds * 1_000).toISOString();
  const value = { url, expiresAt };
  return { value, status: undefined, attempts: 0, durationMs: 0, batch: undefined };
}

/** When an address was made, as it says itself. */
function signedAt(url: string): number {
  const text = new URL(url).searchParams.get('X-Amz-Date') ?? '';
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.UTC(
    ...([Number(year), Number(month) - 1, Number(day)] as const),
    ...([Number(hour), Number(minute), Number(second)] as const),
  );
}

function resultOf({ status, attempts, durationMs }: EgressResponse, value: JsonValue): CallResult {
  return { value, status, attempts, durationMs, batch: undefined };
}

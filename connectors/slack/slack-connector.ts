import { NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { trimEndOf } from '../../kernel/trim-end.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import { decodeBody, describeFailure } from '../parts/response.ts';
import { textOf } from '../parts/text-of.ts';
import type { CompileSchema } from '../ports.ts';
import {
  configSchema,
  credentialSchema,
  type SlackConfig,
  type SlackCredential,
} from './config.ts';
import { errorOf, refusal } from './failure.ts';
import { operations, type SlackOperation } from './operations.ts';

interface SlackServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `slack`: methods of the Web API for messages, people, channels and views. */
export function createSlackConnector({ egress, compileSchema }: SlackServices): Connector {
  return defineConnector<SlackConfig, SlackCredential>({
    kind: 'slack',
    description: 'A workspace of Slack: messages, threads, people, channels and modals.',
    configSchema,
    credentialSchema,
    destinationOf: ({ baseUrl }) => new URL(baseUrl).origin,
    operations: (config) =>
      offered(config).map((operation) => ({
        name: operation.name,
        description: operation.description,
        arguments: operation.arguments,
        result: operation.resultSchema,
        isBatched: false,
      })),
    async invoke(call, context) {
      const operation = offered(call.config).find(({ name }) => name === call.operation);
      if (operation === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      checkArguments(compileSchema, operation.arguments, call.arguments);
      const given = Object.entries(call.arguments).filter(([, value]) => value !== null);
      const line = { egress, ...call, context };
      const values = Object.fromEntries(given);
      return operation.pages === true
        ? await callPages(line, operation, values)
        : await callOnce(line, operation, values);
    },
    async testConnection(config, credential, context) {
      const line = { egress, config, credential, context };
      const { body, response } = await ask(line, { method: 'auth.test', isSafe: true }, {});
      const who = `${textOf(body['user'])} of ${textOf(body['team'])}`.slice(0, 200);
      const { durationMs } = response;
      return { isReachable: true, message: `let us in as ${who}`, durationMs };
    },
  });
}

function offered({ allow }: SlackConfig): readonly SlackOperation[] {
  return operations.filter(({ name }) => allow === undefined || allow.includes(name));
}

interface Line extends Pick<TypedCall<SlackConfig, SlackCredential>, 'config' | 'credential'> {
  readonly egress: Egress;
  readonly context: CallContext;
}

async function callOnce(
  line: Line,
  operation: SlackOperation,
  values: JsonObject,
): Promise<CallResult> {
  const { body, response, isMissing } = await ask(line, operation, values);
  const { status, attempts, durationMs } = response;
  const value = isMissing ? null : partOf(operation, body);
  return { value, status, attempts, durationMs, batch: undefined };
}

const pageSize = 200;
const defaultMaxItems = 1_000;

/** Page after page, until there is none or enough has come. */
async function callPages(
  line: Line,
  operation: SlackOperation,
  { maxItems = defaultMaxItems, ...values }: JsonObject,
): Promise<CallResult> {
  const wanted = Number(textOf(maxItems));
  const found: JsonValue[] = [];
  const taken = { attempts: 0, durationMs: 0, bytes: 0 };
  let cursor = '';
  for (let page = 0; page * pageSize < wanted; page += 1) {
    const limit = Math.min(pageSize, wanted - found.length);
    const paged = { ...values, limit, ...(cursor === '' ? {} : { cursor }) };
    const { body, response } = await ask(line, operation, paged);
    taken.attempts += response.attempts;
    taken.durationMs += response.durationMs;
    taken.bytes += response.body.length;
    requireRoom(line, taken.bytes);
    const items = partOf(operation, body);
    if (Array.isArray(items)) found.push(...(items as readonly JsonValue[]));
    const next = isJsonObject(body['response_metadata'])
      ? body['response_metadata']['next_cursor']
      : undefined;
    if (typeof next !== 'string' || next === '' || next === cursor || found.length >= wanted) break;
    cursor = next;
  }
  const { attempts, durationMs } = taken;
  return { value: found.slice(0, wanted), status: 200, attempts, durationMs, batch: undefined };
}

/** The pages of an answer have the size of one together. */
function requireRoom({ config, context }: Line, bytes: number): void {
  const { maxResponseBytes } = config.limits;
  if (bytes <= maxResponseBytes) return;
  throw new IntegrationError(
    `${context.integrationName} answered with more than ${String(maxResponseBytes)} bytes`,
    { isRetryable: false },
  );
}

/** What `ok` and notes of Slack about the call stand beside. */
function partOf({ result }: SlackOperation, body: JsonObject): JsonValue {
  if (result !== '') return body[result] ?? null;
  const { ok: _ok, response_metadata: _metadata, warning: _warning, ...rest } = body;
  return rest;
}

interface Answered {
  readonly body: JsonObject;
  readonly response: EgressResponse;
  readonly isMissing: boolean;
}

type Asked = Pick<SlackOperation, 'method' | 'isSafe' | 'alreadySo' | 'missing'>;

async function ask(line: Line, asked: Asked, values: JsonObject): Promise<Answered> {
  const { egress, config, credential, context } = line;
  const { limits } = config;
  const isSafe = asked.isSafe === true;
  const response = await egress.request(
    connectionOf(limits, context),
    { ...requestOf(line, asked, values), isSafe, ...timesOf(limits, context) },
    context.signal,
  );
  const secrets = credential?.type === 'bearer' ? [credential.token] : [];
  const { integrationName: name } = context;
  if (response.status < 200 || response.status > 299)
    throw describeFailure(response, name, secrets);
  return read(asked, { name, response, secrets });
}

interface Arrived {
  readonly name: string;
  readonly response: EgressResponse;
  readonly secrets: readonly string[];
}

function read(
  { alreadySo = [], missing = [], isSafe }: Asked,
  { name, response, secrets }: Arrived,
): Answered {
  const answer = decodeBody(response, name);
  const code = errorOf(answer);
  const body = isJsonObject(answer) ? answer : {};
  if (code === undefined || alreadySo.includes(code)) return { body, response, isMissing: false };
  if (missing.includes(code)) return { body, response, isMissing: true };
  const hide = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  throw refusal(code, { name, response, body, isSafe: isSafe === true }, hide);
}

/** Reads go as a query, as Slack takes no JSON for them; what changes something goes as JSON. */
function requestOf({ config, credential }: Line, { method, isSafe }: Asked, values: JsonObject) {
  const url = `${trimEndOf(config.baseUrl, '/')}/${method}`;
  const authorization =
    credential?.type === 'bearer' ? { authorization: `Bearer ${credential.token}` } : {};
  const headers = { accept: 'application/json', ...authorization };
  if (isSafe !== true) {
    const typed = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    return { method: 'POST', url, headers: typed, body: JSON.stringify(values) };
  }
  const texts = Object.entries(values).map(([name, value]) => [name, textOf(value)] as const);
  const query = new URLSearchParams(Object.fromEntries(texts)).toString();
  return { method: 'GET', url: query === '' ? url : `${url}?${query}`, headers };
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask, DurationModel } from '../dsl/document.ts';
import { definitionScope, effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { siteOf } from '../site.ts';
import { beforeDeadline, momentAfter } from '../timeout.ts';
import { resolveAuthentication } from './authentication.ts';
import { endpointUri } from './endpoint.ts';
import { asEndpoint } from './http.ts';
import { headerOf } from './http-content.ts';
import { askRpc, type RpcLine, tellRpc } from './json-rpc.ts';

const usualVersion = '2025-06-18';
const self = { name: 'operandi', version: '1' };

/** Begins a session with a server, asks what the task asks, and is gone: one effect, whose result is journaled. */
export function* callMcp(step: Step<CallTask>): Fiber<JsonValue> {
  const { timeout } = step.task.with ?? {};
  if (timeout === undefined) return yield* ask(step);
  const dueAt = momentAfter(asDuration(timeout), definitionScope(step), step);
  const setAt = step.execution.clock.now;
  return yield* beforeDeadline(
    { key: `${step.key}!due`, task: step.reference, dueAt, setAt },
    ask(step),
    `${step.name} was not answered in time`,
  );
}

// The schema lets nothing else pass.
function asDuration(value: JsonValue): DurationModel {
  return value as DurationModel;
}

function* ask(step: Step<CallTask>): Fiber<JsonValue> {
  const site = siteOf(step);
  const { transport, timeout: _, ...written } = step.task.with ?? {};
  const { http, stdio } = isJsonObject(transport) ? transport : {};
  const fill = (value: JsonValue | undefined): JsonValue =>
    value === undefined ? {} : step.execution.definition.expressions.value(value, site.scope);
  if (isJsonObject(stdio)) return yield* askProgram(step, stdio, objectOf(fill(written)));
  if (!isJsonObject(http)) throw workflowError('configuration', 'the call names no transport');
  const endpoint = asEndpoint(http['endpoint']);
  const place = {
    uri: endpointUri(endpoint, site),
    headers: textsOf(fill(http['headers'])),
    authentication: resolveAuthentication(endpoint, site),
  };
  const given = fill(written);
  return yield* perform(step.key, step.reference, async (signal) => {
    const { host, compute } = step.execution;
    const effect = effectOf(step, step.key, signal);
    const line = {
      ...place,
      compute,
      ask: (request) => host.call(request, effect),
    } satisfies RpcLine;
    const key = peerKeyOf(step);
    return await converse(line, isJsonObject(given) ? given : {}, key);
  });
}

/** A program of the operator, by its name: the host knows what stands behind it. */
function* askProgram(step: Step<CallTask>, stdio: JsonObject, given: JsonObject): Fiber<JsonValue> {
  const { method = null, parameters, protocolVersion = usualVersion, client = self } = given;
  const params = marked(textOf(method), objectOf(parameters), peerKeyOf(step));
  const request = {
    ...{ server: stdio['command'] ?? null, method, parameters: params },
    ...{ protocolVersion, client },
  };
  return yield* perform(step.key, step.reference, async (signal) => {
    const { host } = step.execution;
    const result = await host.call(
      { kind: 'mcp', with: request },
      effectOf(step, step.key, signal),
    );
    return resultIn(textOf(method), params, result);
  });
}

/** Calls of tools carry the key of the effect. */
function marked(method: string, params: JsonObject, key: string): JsonObject {
  return method === 'tools/call'
    ? { ...params, _meta: { 'operandi/idempotency-key': key } }
    : params;
}

function resultIn(method: string, params: JsonObject, result: JsonValue): JsonValue {
  if (method === 'tools/call' && objectOf(result)['isError'] === true)
    throw failed(params, objectOf(result));
  return result;
}

async function converse(line: RpcLine, given: JsonObject, key: string): Promise<JsonValue> {
  const name = textOf(given['method'] ?? '');
  const headers = await begin(line, given);
  const params = marked(name, objectOf(given['parameters']), key);
  const { results } = await askRpc(line, name, { params, headers });
  const [result = null] = results;
  return resultIn(name, params, result);
}

/** The headers of a session that has begun. */
async function begin(line: RpcLine, given: JsonObject): Promise<Record<string, string>> {
  const { protocolVersion = usualVersion, client = self } = given;
  const hello = { protocolVersion, capabilities: {}, clientInfo: client };
  const { results, headers } = await askRpc(line, 'initialize', { params: hello });
  const { protocolVersion: version } = objectOf(results[0]);
  const id = headerOf(headers, 'mcp-session-id');
  const session = {
    ...(typeof version === 'string' ? { 'mcp-protocol-version': version } : {}),
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
  await tellRpc(line, 'notifications/initialized', session);
  return session;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A tool that tells of an error has failed. */
function failed({ name = '' }: JsonObject, result: JsonObject) {
  return workflowError(
    'communication',
    `the tool ${textOf(name).slice(0, 100)} answered an error`,
    {
      status: 500,
      response: { statusCode: 200, headers: {}, content: result },
    },
  );
}

function textsOf(value: JsonValue): Record<string, string> {
  if (!isJsonObject(value)) return {};
  const texts = Object.entries(value).filter(([, text]) => text !== null);
  return Object.fromEntries(texts.map(([name, text]) => [name.toLowerCase(), textOf(text)]));
}

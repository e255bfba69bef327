import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask } from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { siteOf } from '../site.ts';
import { resolveAuthentication } from './authentication.ts';
import { endpointUri } from './endpoint.ts';
import { asEndpoint } from './http.ts';
import { headerOf } from './http-content.ts';
import { askRpc, type RpcLine, tellRpc } from './json-rpc.ts';

const usualVersion = '2025-06-18';
const self = { name: 'operandi', version: '1' };

/** Begins a session over Streamable HTTP, asks what the task asks, and is gone: one effect, whose result is journaled. */
export function* callMcp(step: Step<CallTask>): Fiber<JsonValue> {
  const site = siteOf(step);
  const { transport, ...written } = step.task.with ?? {};
  const { http } = isJsonObject(transport) ? transport : {};
  if (!isJsonObject(http))
    throw workflowError('configuration', 'only servers that answer over HTTP are called');
  const fill = (value: JsonValue | undefined): JsonValue =>
    value === undefined ? {} : step.execution.definition.expressions.value(value, site.scope);
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

async function converse(line: RpcLine, given: JsonObject, key: string): Promise<JsonValue> {
  const name = textOf(given['method'] ?? '');
  const headers = await begin(line, given);
  const params = objectOf(given['parameters']);
  const isCall = name === 'tools/call';
  const marked = isCall ? { ...params, _meta: { 'operandi/idempotency-key': key } } : params;
  const { results } = await askRpc(line, name, { params: marked, headers });
  const [result = null] = results;
  if (isCall && objectOf(result)['isError'] === true) throw failed(params, objectOf(result));
  return result;
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

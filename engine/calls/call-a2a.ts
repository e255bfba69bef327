import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask, ResourceModel } from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { Authentication, EffectContext } from '../host.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { loadDocument } from '../resources.ts';
import { siteOf, type Site } from '../site.ts';
import { resolveAuthentication } from './authentication.ts';
import { endpointUri } from './endpoint.ts';
import { asEndpoint } from './http.ts';
import { askRpc, type RpcLine } from './json-rpc.ts';

/** Asks another agent (A2A over JSON-RPC); of a stream, the result is the list of what came. One effect. */
export function* callA2a(step: Step<CallTask>): Fiber<JsonValue> {
  const site = siteOf(step);
  const { server, agentCard, ...written } = step.task.with ?? {};
  const { execution } = step;
  const filled = execution.definition.expressions.value(written, site.scope);
  const { method = '', parameters = {} } = isJsonObject(filled) ? filled : {};
  return yield* perform(step.key, step.reference, async (signal) => {
    const { host, compute } = execution;
    const effect = effectOf(step, step.key, signal);
    const place = await placeOf({ server, agentCard }, site, effect);
    const key = peerKeyOf(step);
    const line: RpcLine = {
      ...place,
      ...{ compute, headers: { 'idempotency-key': key } },
      ask: (request) => host.call(request, effect),
    };
    const params = isJsonObject(parameters) ? parameters : {};
    const { results, isStream } = await askRpc(line, textOf(method), { params });
    return isStream ? results : (results[0] ?? null);
  });
}

type Place = Pick<RpcLine, 'uri' | 'authentication'>;

/** The server that is named, or the one of the agent's card. */
async function placeOf(
  {
    server,
    agentCard,
  }: { readonly server: JsonValue | undefined; readonly agentCard: JsonValue | undefined },
  site: Site,
  effect: EffectContext,
): Promise<Place> {
  if (server !== undefined) {
    const endpoint = asEndpoint(server);
    return {
      uri: endpointUri(endpoint, site),
      authentication: resolveAuthentication(endpoint, site),
    };
  }
  if (!isJsonObject(agentCard))
    throw workflowError('configuration', 'the call names neither a server nor a card of an agent');
  const resource = asResource(agentCard);
  const uri = serverIn(await loadDocument(resource, site, effect));
  const authentication = resolveAuthentication(resource.endpoint, site);
  return {
    uri,
    authentication: ofSameOrigin(authentication, uri, endpointUri(resource.endpoint, site)),
  };
}

/** A card may name any server: what lets us in to the card is not for others. */
function ofSameOrigin(
  authentication: Authentication | undefined,
  uri: string,
  card: string,
): Authentication | undefined {
  return new URL(uri).origin === new URL(card).origin ? authentication : undefined;
}

/** Where an agent answers JSON-RPC, in the spellings that cards have had. */
function serverIn(card: JsonValue): string {
  const {
    url,
    additionalInterfaces,
    supportedInterfaces,
    preferredTransport = 'JSONRPC',
  } = isJsonObject(card) ? card : {};
  const others = [additionalInterfaces, supportedInterfaces].flatMap((list) =>
    list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : [],
  );
  const found = others.find((each) => isRpc(each['transport'] ?? each['protocolBinding']))?.['url'];
  const uri = isRpc(preferredTransport) && typeof url === 'string' ? url : found;
  if (typeof uri === 'string' && URL.canParse(uri)) return uri;
  throw workflowError(
    'configuration',
    'the card of the agent names no server that speaks JSON-RPC',
  );
}

function isRpc(transport: JsonValue | undefined): boolean {
  return transport === 'JSONRPC';
}

// The schema lets nothing else pass as an external resource.
function asResource(value: JsonObject): ResourceModel {
  return value as unknown as ResourceModel;
}

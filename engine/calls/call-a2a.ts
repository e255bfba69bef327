import {
  agentServerIn,
  agentStatusOf,
  isSameOrigin,
  withMessageId,
} from '../../kernel/agent-protocol.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask, ResourceModel } from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { EffectContext } from '../host.ts';
import { textOf } from '../json-text.ts';
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
      ...{ compute, headers: { 'idempotency-key': key }, statusOf: agentStatusOf },
      ask: (request) => host.call(request, effect),
    };
    const params = withMessageId(isJsonObject(parameters) ? parameters : {}, key);
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
  const uri = agentServerIn(await loadDocument(resource, site, effect));
  if (uri === undefined)
    throw workflowError(
      'configuration',
      'the card of the agent names no server that speaks JSON-RPC',
    );
  const isOwn = isSameOrigin(uri, endpointUri(resource.endpoint, site));
  return {
    uri,
    authentication: isOwn ? resolveAuthentication(resource.endpoint, site) : undefined,
  };
}

// The schema lets nothing else pass as an external resource.
function asResource(value: JsonObject): ResourceModel {
  return value as unknown as ResourceModel;
}

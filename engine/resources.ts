import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { resolveAuthentication } from './calls/authentication.ts';
import { endpointUri } from './calls/endpoint.ts';
import { bytesPerStep } from './compute.ts';
import { requireValid, sizeOf } from './data-flow.ts';
import type { ResourceModel, SchemaModel } from './dsl/document.ts';
import { effectIn } from './execution.ts';
import { perform, type Fiber } from './fiber.ts';
import type { CallRequest, EffectContext } from './host.ts';
import { workflowError } from './problem.ts';
import type { Site } from './site.ts';

/** Raises `validation` when a value does not fit its schema; `what` names the value and must be unique at its site. */
export function* validate(
  site: Site,
  value: JsonValue,
  { schema, what }: { readonly schema: SchemaModel | undefined; readonly what: string },
): Fiber<undefined> {
  if (schema === undefined) return;
  const document = yield* schemaDocument(site, schema, what);
  site.execution.compute.spend(sizeOf(value) + Math.ceil(sizeOf(document) / bytesPerStep));
  requireValid(value, document, what);
}

/** The JSON Schema that a model means: inline, or fetched once in the life of the job. */
function* schemaDocument(site: Site, model: SchemaModel, what: string): Fiber<JsonValue> {
  const format = (model.format ?? 'json').split(':')[0];
  if (format !== 'json')
    throw workflowError(
      'configuration',
      `schemas of format ${JSON.stringify(model.format)} are not supported`,
    );
  if (model.resource === undefined) return model.document ?? true;
  return yield* fetchDocument(site, model.resource, `${site.key}!${what}`);
}

/** A YAML or JSON document from elsewhere; its parsed content is journaled. */
export function* fetchDocument(site: Site, resource: ResourceModel, key: string): Fiber<JsonValue> {
  return yield* perform(key, site.reference, async (signal) => {
    const { execution, reference } = site;
    const effect = effectIn(execution, { key, task: reference, signal });
    return await loadDocument(resource, site, effect);
  });
}

/** The same inside an effect that is journaled as a whole. */
export async function loadDocument(
  resource: ResourceModel,
  site: Site,
  effect: EffectContext,
): Promise<JsonValue> {
  return await site.execution.host.readDocument(await loadText(resource, site, effect), effect);
}

/** The same as its text. */
export async function loadText(
  resource: ResourceModel,
  site: Site,
  effect: EffectContext,
): Promise<string> {
  const request: CallRequest = { kind: 'resource', with: resourceRequest(resource, site) };
  const answer = await site.execution.host.call(request, effect);
  const content = isJsonObject(answer) ? answer['content'] : undefined;
  if (typeof content !== 'string') throw workflowError('communication', 'the resource has no text');
  return content;
}

function resourceRequest(resource: ResourceModel, site: Site): JsonObject {
  const uri = endpointUri(resource.endpoint, site);
  const authentication = resolveAuthentication(resource.endpoint, site);
  return authentication === undefined ? { uri } : { uri, authentication };
}

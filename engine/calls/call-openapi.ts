import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { AuthenticationModel, CallTask, ResourceModel } from '../dsl/document.ts';
import { definitionScope, effectOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { Authentication, CallRequest, EffectContext, HttpRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { loadDocument } from '../resources.ts';
import { siteOf } from '../site.ts';
import { knownAuthorization, resolvePolicy } from './authentication.ts';
import { askedAuthorization } from './authorization.ts';
import { endpointUri } from './endpoint.ts';
import { sendHttp, shapeAnswer, shapingOf } from './http.ts';
import { openApiRequest } from './openapi/request.ts';

type Ask = (request: CallRequest) => Promise<JsonValue>;

/** Document and request are one effect: only the shaped result is journaled. */
export function* callOpenApi(step: Step<CallTask>): Fiber<JsonValue> {
  const model = step.task.with ?? {};
  const authentication = isPolicy(model['authentication'])
    ? resolvePolicy(model['authentication'], siteOf(step))
    : undefined;
  step.authorization = knownAuthorization(authentication);
  return yield* perform(step.key, step.reference, async (signal) => {
    const effect = effectOf(step, step.key, signal);
    const request = await operationRequest(step, authentication, effect);
    return shapeAnswer(
      await sendHttp(request, step, signal),
      shapingOf(model),
      step.execution.compute,
    );
  });
}

async function operationRequest(
  step: Step<CallTask>,
  authentication: Authentication | undefined,
  effect: EffectContext,
): Promise<HttpRequest> {
  const model = step.task.with ?? {};
  const site = siteOf(step);
  const resource = asResource(model['document']);
  const document = await loadDocument(resource, site, effect);
  if (!isJsonObject(document))
    throw workflowError('configuration', 'the OpenAPI document is not an object');
  const ask: Ask = async (call) => await step.execution.host.call(call, effect);
  const authorization = await askedAuthorization(model, authentication, ask);
  const scope = definitionScope(step, step.input, {
    authorization: authorization ?? step.authorization,
  });
  const parameters = step.execution.definition.expressions.value(model['parameters'] ?? {}, scope);
  const request = openApiRequest({
    document,
    documentUri: endpointUri(resource.endpoint, site),
    operationId: textOf(model['operationId']),
    parameters: objectOf(parameters),
  });
  const redirect = model['redirect'] === true ? 'follow' : 'manual';
  return { ...request, redirect, ...(authentication === undefined ? {} : { authentication }) };
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isPolicy(value: JsonValue | undefined): value is AuthenticationModel {
  return isJsonObject(value);
}

// The schema lets nothing else pass as an external resource.
function asResource(value: JsonValue | undefined): ResourceModel {
  return value as ResourceModel;
}

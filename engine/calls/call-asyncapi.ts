import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import {
  type AuthenticationModel,
  type CallTask,
  type ResourceModel,
  subscriptionOf,
} from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { EffectContext } from '../host.ts';
import { workflowError } from '../problem.ts';
import { loadDocument } from '../resources.ts';
import { siteOf } from '../site.ts';
import { resolvePolicy } from './authentication.ts';
import { takeMessages } from './take-messages.ts';
import { endpointUri } from './endpoint.ts';

/** Sends a message, or takes those that come. A message that is sent is one effect, and so is each that is taken. */
export function* callAsyncApi(step: Step<CallTask>): Fiber<JsonValue> {
  const subscription = subscriptionOf(step.task);
  if (subscription !== undefined)
    return yield* takeMessages(step, subscription, (effect) => requestOf(step, effect));
  yield* perform(step.key, step.reference, async (signal) => {
    const effect = effectOf(step, step.key, signal);
    const { message } = step.task.with ?? {};
    const { expressions } = step.execution.definition;
    const filled = expressions.value(message ?? {}, siteOf(step).scope);
    const request = {
      ...(await requestOf(step, effect)),
      ...{ message: filled, idempotencyKey: peerKeyOf(step) },
    };
    return await step.execution.host.call({ kind: 'asyncapi', with: request }, effect);
  });
  return step.input;
}

/** Where it goes, with the document that says so. */
async function requestOf(step: Step<CallTask>, effect: EffectContext): Promise<JsonObject> {
  const site = siteOf(step);
  const { document: resource, authentication, ...model } = step.task.with ?? {};
  const { expressions } = step.execution.definition;
  const filled = expressions.value(
    Object.fromEntries(
      Object.entries(model).filter(([name]) => name !== 'message' && name !== 'subscription'),
    ),
    site.scope,
  );
  const document = await loadDocument(asResource(resource), site, effect);
  if (!isJsonObject(document))
    throw workflowError('configuration', 'the AsyncAPI document is not an object');
  return {
    ...(isJsonObject(filled) ? filled : {}),
    ...{ document, uri: endpointUri(asResource(resource).endpoint, site) },
    parameters: isJsonObject(step.input) ? plainMembers(step.input) : {},
    ...(isPolicy(authentication) ? { authentication: resolvePolicy(authentication, site) } : {}),
  };
}

/** What can stand in the address of a channel. */
function plainMembers(input: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number',
    ),
  );
}

function isPolicy(value: JsonValue | undefined): value is AuthenticationModel {
  return isJsonObject(value);
}

// The schema lets nothing else pass as an external resource.
function asResource(value: JsonValue | undefined): ResourceModel {
  return value as ResourceModel;
}

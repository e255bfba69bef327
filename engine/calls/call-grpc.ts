import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask, ResourceModel } from '../dsl/document.ts';
import { effectOf, peerKeyOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { Authentication, EffectContext } from '../host.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { loadText } from '../resources.ts';
import { siteOf } from '../site.ts';
import { resolvePolicy } from './authentication.ts';

/** Proto and call are one effect: only the answer is journaled. */
export function* callGrpc(step: Step<CallTask>): Fiber<JsonValue> {
  const model = step.task.with ?? {};
  const service = objectOf(model['service']);
  const authentication = isJsonObject(service['authentication'])
    ? resolvePolicy(service['authentication'], siteOf(step))
    : undefined;
  return yield* perform(step.key, step.reference, async (signal) => {
    const effect = effectOf(step, step.key, signal);
    const request = await requestOf(step, authentication, effect);
    return await step.execution.host.call({ kind: 'grpc', with: request }, effect);
  });
}

async function requestOf(
  step: Step<CallTask>,
  authentication: Authentication | undefined,
  effect: EffectContext,
): Promise<JsonObject> {
  const { execution, task } = step;
  const site = siteOf(step);
  const model = task.with ?? {};
  const fill = (value: JsonValue | undefined): JsonValue =>
    value === undefined ? null : execution.definition.expressions.value(value, site.scope);
  const service = objectOf(model['service']);
  const proto = await loadText(asResource(model['proto']), site, effect);
  return {
    uri: serverOf(fill(service['host']), fill(service['port']), task.metadata),
    ...{ proto, service: textOf(fill(service['name'])), method: textOf(fill(model['method'])) },
    arguments: objectOf(fill(model['arguments'])),
    idempotencyKey: peerKeyOf(step),
    ...(authentication === undefined ? {} : { authentication }),
  };
}

/** Secured unless the task says otherwise: the language has no word for it. */
function serverOf(host: JsonValue, port: JsonValue, metadata: JsonObject | undefined): string {
  const scheme = metadata?.['tls'] === 'off' ? 'http' : 'https';
  const uri = `${scheme}://${textOf(host)}${port === null ? '' : `:${textOf(port)}`}`;
  if (URL.canParse(uri)) return uri;
  throw workflowError('configuration', 'the service has no host that can be called');
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

// The schema lets nothing else pass as an external resource.
function asResource(value: JsonValue | undefined): ResourceModel {
  return value as ResourceModel;
}

import type { JsonValue } from '../../kernel/json.ts';
import type { CallTask } from '../dsl/document.ts';
import { definitionScope, effectOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import { siteOf } from '../site.ts';
import { knownAuthorization, resolveAuthentication } from './authentication.ts';
import { askedAuthorization } from './authorization.ts';
import { asEndpoint, httpRequest, sendHttp, shapeAnswer, shapingOf } from './http.ts';

/** One request; what is journaled is the shaped result, not the exchange. */
export function* callHttp(step: Step<CallTask>): Fiber<JsonValue> {
  const model = step.task.with ?? {};
  const authentication = resolveAuthentication(asEndpoint(model['endpoint']), siteOf(step));
  step.authorization = knownAuthorization(authentication);
  return yield* perform(step.key, step.reference, async (signal) => {
    const { host } = step.execution;
    const effect = effectOf(step, step.key, signal);
    const authorization = await askedAuthorization(
      model,
      authentication,
      async (request) => await host.call(request, effect),
    );
    const scope = definitionScope(step, step.input, {
      authorization: authorization ?? step.authorization,
    });
    const request = httpRequest(model, { ...siteOf(step), scope });
    return shapeAnswer(
      await sendHttp(request, step, signal),
      shapingOf(model),
      step.execution.compute,
    );
  });
}

import type { JsonValue } from '../../kernel/json.ts';
import type { CallTask } from '../dsl/document.ts';
import { effectOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import { filledArguments } from './arguments.ts';

/** `call: integration`, `with: {integration, operation, arguments, cache}`: an operation of a configured connection. */
export function* callIntegration(step: Step<CallTask>): Fiber<JsonValue> {
  const {
    integration,
    operation,
    arguments: args = {},
    cache,
  } = filledArguments(step, ['integration', 'operation']);
  return yield* perform(step.key, step.reference, async (signal) => {
    const request = {
      kind: 'integration',
      with: {
        ...{ integration: integration ?? null, operation: operation ?? null, arguments: args },
        ...(cache === false ? { cache } : {}),
      },
    } as const;
    return await step.execution.host.call(request, effectOf(step, step.key, signal));
  });
}

import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import type { SetTask } from '../dsl/document.ts';
import type { Fiber } from '../fiber.ts';

// eslint's require-yield is met by delegation elsewhere; a body that needs nothing from outside yields nothing.
export function* runSet(step: Step<SetTask>): Fiber<TaskResult> {
  yield* [];
  return {
    output: step.execution.definition.expressions.value(step.task.set, definitionScope(step)),
  };
}

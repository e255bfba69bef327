import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import type { SetTask } from '../dsl/document.ts';
import type { Fiber } from '../fiber.ts';

// A fiber has to yield somewhere, and this one needs nothing from outside.
export function* runSet(step: Step<SetTask>): Fiber<TaskResult> {
  yield* [];
  return {
    output: step.execution.definition.expressions.value(step.task.set, definitionScope(step)),
  };
}

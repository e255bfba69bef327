import { entryOf, type SwitchTask } from '../dsl/document.ts';
import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import { isTruthy } from '../expressions.ts';
import type { Fiber } from '../fiber.ts';

/** The first case that holds decides where to go on; a case without `when` only if no other does. */
export function* runSwitch(step: Step<SwitchTask>): Fiber<TaskResult> {
  yield* [];
  const cases = step.task.switch.map((item) => entryOf(item).value);
  const scope = definitionScope(step);
  const holds = (when: string): boolean =>
    isTruthy(step.execution.definition.expressions.evaluate(when, scope));
  const chosen =
    cases.find((one) => one.when !== undefined && holds(one.when)) ??
    cases.find((one) => one.when === undefined);
  if (chosen !== undefined) step.execution.onCase?.(step.reference, cases.indexOf(chosen));
  return chosen === undefined ? { output: step.input } : { output: step.input, then: chosen.then };
}

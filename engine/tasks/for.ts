import type { JsonValue } from '../../kernel/json.ts';
import type { ForTask } from '../dsl/document.ts';
import { stepsPerTurn } from '../compute.ts';
import { definitionScope, frameInside, type Step, type TaskResult } from '../execution.ts';
import { isTruthy } from '../expressions.ts';
import { breathe, type Fiber } from '../fiber.ts';
import { workflowError } from '../problem.ts';

/** Iterations are chained: the output of one is the input of the next, and of `while`. */
export function* runFor(step: Step<ForTask>): Fiber<TaskResult> {
  const { task, execution } = step;
  const { each = 'item', at = 'index' } = task.for;
  const items = itemsOf(step);
  let output = step.input;
  for (const [round, item] of items.entries()) {
    yield* breathe(execution.turns);
    execution.compute.spend(stepsPerTurn);
    const variables = { [each]: item, [at]: round };
    if (!goesOn(step, output, variables)) break;
    const frame = frameInside(step, { path: 'do', round, variables });
    ({ output } = yield* execution.runList(task.do, frame, output));
  }
  return { output };
}

function itemsOf(step: Step<ForTask>): readonly JsonValue[] {
  const { in: source } = step.task.for;
  const { expressions } = step.execution.definition;
  const scope = definitionScope(step);
  const items =
    typeof source === 'string'
      ? expressions.evaluate(source, scope)
      : expressions.value(source, scope);
  if (!isArray(items))
    throw workflowError('expression', `for.in of ${step.name} is no array but ${typeName(items)}`);
  const limit = step.execution.limits.iterations;
  if (items.length <= limit) return items;
  const detail = `for of ${step.name} has ${String(items.length)} items, ${String(limit)} are allowed`;
  throw workflowError('runtime', detail, { isCatchable: false });
}

function goesOn(
  step: Step<ForTask>,
  dot: JsonValue,
  variables: Readonly<Record<string, JsonValue>>,
): boolean {
  const condition = step.task.while;
  if (condition === undefined) return true;
  return isTruthy(
    step.execution.definition.expressions.evaluate(
      condition,
      definitionScope(step, dot, variables),
    ),
  );
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function typeName(value: JsonValue): string {
  return value === null ? 'null' : typeof value;
}

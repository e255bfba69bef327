import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import type { CallTask } from '../dsl/document.ts';
import { definitionScope, type Step } from '../execution.ts';
import { workflowError } from '../problem.ts';

/** The evaluated `with` of a default function; the required names must be texts. */
export function filledArguments(
  step: Step<CallTask>,
  required: readonly string[],
  model: JsonObject = step.task.with ?? {},
): JsonObject {
  const filled = step.execution.definition.expressions.value(model, definitionScope(step));
  const args = isJsonObject(filled) ? filled : {};
  const missing = required.find((name) => typeof args[name] !== 'string' || args[name] === '');
  if (missing === undefined) return args;
  throw workflowError(
    'validation',
    `call ${step.task.call} of ${step.name} needs a text ${JSON.stringify(missing)} in its with`,
  );
}

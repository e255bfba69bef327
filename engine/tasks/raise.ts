import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { ErrorModel, RaiseTask } from '../dsl/document.ts';
import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import type { Scope } from '../expressions.ts';
import type { Fiber } from '../fiber.ts';
import { WorkflowError, workflowError, type WorkflowProblem } from '../problem.ts';
import { parseTemplate } from '../template.ts';
import { expandTemplate } from '../uri-template.ts';

export function* runRaise(step: Step<RaiseTask>): Fiber<TaskResult> {
  yield* [];
  throw new WorkflowError(problemOf(step, step.task.raise.error));
}

function problemOf(step: Step, error: ErrorModel | string): WorkflowProblem {
  const scope = definitionScope(step);
  if (typeof error !== 'string') return filled(step, error, scope);
  if (parseTemplate(error).kind === 'expression')
    return raised(step.execution.definition.expressions.evaluate(error, scope));
  const named = step.execution.definition.document.use?.errors?.[error];
  if (named === undefined)
    throw workflowError(
      'configuration',
      `there is no error ${JSON.stringify(error)} in use.errors`,
    );
  return filled(step, named, scope);
}

function filled(step: Step, model: ErrorModel, scope: Scope): WorkflowProblem {
  const { expressions } = step.execution.definition;
  const type = expressions.wrapped(model.type, scope);
  const instance =
    model.instance === undefined
      ? step.reference
      : text(expressions.wrapped(model.instance, scope));
  return {
    type: type === model.type ? expandTemplate(model.type, step.input) : text(type),
    status: model.status,
    instance,
    ...(model.title === undefined ? {} : { title: text(expressions.value(model.title, scope)) }),
    ...(model.detail === undefined ? {} : { detail: text(expressions.value(model.detail, scope)) }),
  };
}

/** An error object that an expression gave: a caught one, raised again. */
function raised(value: JsonValue): WorkflowProblem {
  if (
    !isJsonObject(value) ||
    typeof value['type'] !== 'string' ||
    typeof value['status'] !== 'number'
  ) {
    throw workflowError(
      'expression',
      'raise.error is an expression that does not give an error with type and status',
    );
  }
  const { type, status } = value;
  return { type, status, ...texts(value, ['title', 'detail', 'instance']) };
}

function texts(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (typeof value[name] === 'string' ? [[name, value[name]]] : [])),
  );
}

function text(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

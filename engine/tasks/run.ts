import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { RunModel, RunTask } from '../dsl/document.ts';
import { definitionScope, effectOf, type Step, type TaskResult } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import type { CallRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { pauseUntil } from '../pauses.ts';
import { asProblem, WorkflowError, workflowError } from '../problem.ts';

export function* runRun(step: Step<RunTask>): Fiber<TaskResult> {
  const { run } = step.task;
  const output =
    run.workflow === undefined ? yield* runProcess(step, run) : yield* runChild(step, run.workflow);
  if (run.await === false) return { output: step.input };
  return { output: run.return === 'none' ? null : output };
}

function* runChild(
  step: Step<RunTask>,
  model: NonNullable<RunModel['workflow']>,
): Fiber<JsonValue> {
  const { namespace, name, version } = model;
  const { expressions } = step.execution.definition;
  const input =
    model.input === undefined ? step.input : expressions.value(model.input, definitionScope(step));
  if (step.task.run.await === false)
    return yield* effect(step, { kind: 'workflow', with: { namespace, name, version, input } });
  const workflow = { namespace, name, version };
  const outcome = yield* pauseUntil(step, {
    kind: 'child',
    key: step.key,
    task: step.reference,
    workflow,
    input,
  });
  if (isJsonObject(outcome) && isJsonObject(outcome['error']))
    throw childError(step, outcome['error']);
  return isJsonObject(outcome) ? (outcome['output'] ?? null) : null;
}

/** The child's error in the parent, at the parent's task. */
function childError(step: Step, error: JsonObject): WorkflowError {
  const origins = [{ kind: 'entry', key: step.key }] as const;
  return new WorkflowError({ ...asProblem(error), instance: step.reference }, { origins });
}

function* runProcess(step: Step<RunTask>, run: RunModel): Fiber<JsonValue> {
  const answer = yield* effect(step, { kind: 'process', with: processOf(step, run) });
  return run.await === false ? null : shaped(step, run.return ?? 'stdout', answer);
}

/** Values are filled; code and commands of scripts are never touched, commands of shells are texts with `${ }`. */
function processOf(step: Step<RunTask>, run: RunModel): JsonObject {
  const { expressions } = step.execution.definition;
  const scope = definitionScope(step);
  const { await: isAwaited = true } = run;
  if (run.script === undefined) {
    const kind = run.shell === undefined ? 'container' : 'shell';
    return { [kind]: expressions.value(run.shell ?? run.container ?? {}, scope), await: isAwaited };
  }
  const { code, language, source, ...values } = run.script;
  const filled = expressions.value(values, scope);
  const script = {
    ...(isJsonObject(filled) ? filled : {}),
    ...(code === undefined ? {} : { code }),
    ...(source === undefined ? {} : { source }),
    language: language ?? '',
  };
  return { script, await: isAwaited };
}

function* effect(step: Step, request: CallRequest): Fiber<JsonValue> {
  return yield* perform(
    step.key,
    step.reference,
    async (signal) => await step.execution.host.call(request, effectOf(step, step.key, signal)),
  );
}

function shaped(step: Step, wanted: NonNullable<RunModel['return']>, answer: JsonValue): JsonValue {
  const { code, stdout, stderr } = processResult(answer);
  switch (wanted) {
    case 'all':
      return { code, stdout, stderr };
    case 'code':
      return code;
    case 'stderr':
      return stderr;
    case 'stdout':
    case 'none':
      return successful(step, code, stdout);
  }
}

function processResult(answer: JsonValue): {
  code: JsonValue;
  stdout: JsonValue;
  stderr: JsonValue;
} {
  const { code = 0, stdout = '', stderr = '' } = isJsonObject(answer) ? answer : {};
  return { code, stdout, stderr };
}

/** Who asks for the code, all or stderr wants to see a failure; everybody else wants to hear of it. */
function successful(step: Step, code: JsonValue, stdout: JsonValue): JsonValue {
  if (code === 0) return stdout;
  const detail = `the process of ${step.name} ended with code ${textOf(code)}`;
  throw workflowError('runtime', detail, { origins: [{ kind: 'entry', key: step.key }] });
}

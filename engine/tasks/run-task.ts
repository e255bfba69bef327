import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { noteCompletion } from '../compensation.ts';
import { stepsPerTask } from '../compute.ts';
import { outputLimit, requireSize, transform } from '../data-flow.ts';
import {
  definitionScope,
  describeTask,
  rawScope,
  WorkflowEnd,
  type Frame,
  type Place,
  type Step,
  type TaskEnd,
  type TaskResult,
} from '../execution.ts';
import { isTruthy, type Scope } from '../expressions.ts';
import { withExtensions } from '../extensions.ts';
import { breathe, type Fiber } from '../fiber.ts';
import { WorkflowError, withInstance, workflowError } from '../problem.ts';
import { validate } from '../resources.ts';
import { siteOf } from '../site.ts';
import { withTimeout } from '../timeout.ts';
import { bodyOf } from './bodies.ts';
import { taskEvents } from './task-events.ts';

/** One task, in the order that the DSL prescribes: if, input, body, output, export, then. */
export function* runTask(place: Place, frame: Frame, handedOn: JsonValue): Fiber<TaskResult> {
  yield* breathe(frame.execution.turns);
  const step = openStep(place, frame, handedOn);
  const { rawInput } = step;
  const events = taskEvents(step);
  events.created();
  let end: TaskEnd = { isBrokenOff: true };
  try {
    tellTurn(step);
    requireRoom(step);
    if (!isWanted(step)) {
      end = { isLeftOut: true };
      events.completed(rawInput);
      return { output: rawInput };
    }
    events.started();
    const result = yield* isExtensible(step) ? withExtensions(step, runWanted) : runWanted(step);
    end = { output: result.output };
    events.completed(result.output);
    noteCompletion(step, result.output);
    return result;
  } catch (error) {
    const failure = failed(error, step, events);
    end = endBy(failure);
    throw failure;
  } finally {
    events.cancelledUnlessOver();
    tellTurn(step, end);
  }
}

function tellTurn(step: Step, end?: TaskEnd): void {
  const { execution, frame, key, reference, name, task, rawInput: input } = step;
  const { onTask, context, clock } = execution;
  onTask?.({
    ...{ key, reference, name, task, input, context, at: clock.now },
    variables: frame.variables,
    ...(end !== undefined && { end }),
  });
}

function endBy(failure: unknown): TaskEnd {
  if (failure instanceof WorkflowEnd) return { output: failure.output };
  return failure instanceof WorkflowError ? { error: failure.problem } : { isBrokenOff: true };
}

/** Path of one execution of a task; unique in a job. */
export function executionKey(
  frame: Pick<Frame, 'key'>,
  { path, visit = '' }: Pick<Place, 'path' | 'visit'>,
): string {
  return `${frame.key}/${path}${visit}`;
}

function openStep(
  { name, task, path, visit = '' }: Place,
  frame: Frame,
  handedOn: JsonValue,
): Step {
  const { execution } = frame;
  execution.tasks += 1;
  const key = executionKey(frame, { path, visit });
  const peerKey = executionKey({ key: frame.peerKey }, { path, visit });
  const given = execution.givenInputs.get(key);
  const rawInput = given === undefined ? handedOn : given;
  const reference = frame.isInFunction ? frame.reference : `${frame.reference}/${path}`;
  const startedAt = execution.clock.now;
  return {
    frame,
    execution,
    name,
    task,
    key,
    peerKey,
    reference,
    rawInput,
    input: rawInput,
    startedAt,
    descriptor: describeTask({
      execution,
      name,
      task,
      key,
      peerKey,
      reference,
      rawInput,
      startedAt,
    }),
    authorization: null,
  };
}

function isExtensible({ execution, frame }: Step): boolean {
  return !frame.isInExtension && execution.definition.document.use?.extensions !== undefined;
}

function requireRoom({ execution: { limits, tasks, compute }, frame }: Step): void {
  compute.spend(stepsPerTask);
  if (tasks > limits.tasks)
    throw limitReached(`more than ${String(limits.tasks)} tasks have run in this job`);
  if (frame.depth > limits.nesting)
    throw limitReached(`tasks are nested deeper than ${String(limits.nesting)}`);
}

function limitReached(detail: string): WorkflowError {
  return workflowError('runtime', detail, { isCatchable: false });
}

function isWanted(step: Step): boolean {
  const { task, execution } = step;
  return (
    task.if === undefined ||
    isTruthy(execution.definition.expressions.evaluate(task.if, rawScope(step)))
  );
}

function* runWanted(opened: Step, replaced?: JsonValue): Fiber<TaskResult> {
  const { task, execution } = opened;
  if (task.input?.schema !== undefined)
    yield* validate(siteOf(opened), opened.rawInput, {
      schema: task.input.schema,
      what: `input of ${opened.name}`,
    });
  const step = withInput(opened);
  const body = transformed(step, replaced);
  const raw = yield* task.timeout === undefined ? body : withTimeout(step, task.timeout, body);
  const output = raw.output;
  if (task.output?.schema !== undefined)
    yield* validate(siteOf(step), output, {
      schema: task.output.schema,
      what: `output of ${step.name}`,
    });
  requireSize(output, outputLimit(execution), `the output of ${step.name}`);
  if (task.export !== undefined) yield* exportContext(step, raw);
  const then = raw.then ?? task.then;
  return then === undefined ? { output } : { output, then };
}

function withInput(opened: Step): Step {
  const from = opened.task.input?.from;
  if (from === undefined) return opened;
  const { expressions } = opened.execution.definition;
  return { ...opened, input: transform(from, rawScope(opened), expressions) };
}

type Transformed = TaskResult & { readonly raw: JsonValue };

/** The part that a task's timeout covers: body and `output.as`. */
function* transformed(step: Step, replaced: JsonValue | undefined): Fiber<Transformed> {
  const result = replaced === undefined ? yield* bodyOf(step.task)(step) : { output: replaced };
  const raw = result.output;
  const as = step.task.output?.as;
  if (as === undefined) return { ...result, raw };
  const scope = outputScope(step, { output: raw, raw });
  const output = transform(as, scope, step.execution.definition.expressions);
  return { ...result, output, raw };
}

/** `$task` has its raw output now, unless it is the one that an extension extends. */
function outputScope(step: Step, { output, raw }: Transformed, more: JsonObject = {}): Scope {
  const isOwn = !Object.hasOwn(step.frame.variables, 'task');
  const task = isOwn ? { task: { ...step.descriptor, output: raw } } : {};
  return definitionScope(step, output, { ...task, ...more });
}

function* exportContext(step: Step, result: Transformed): Fiber<undefined> {
  const { task, execution } = step;
  if (task.export?.as === undefined && task.export?.schema === undefined) return;
  const scope = outputScope(step, result, { output: result.output });
  const context =
    task.export.as === undefined
      ? execution.context
      : transform(task.export.as, scope, execution.definition.expressions);
  yield* validate(siteOf(step), context, {
    schema: task.export.schema,
    what: `context after ${step.name}`,
  });
  requireSize(context, outputLimit(execution), `the context after ${step.name}`);
  execution.context = context;
}

function failed(error: unknown, step: Step, events: ReturnType<typeof taskEvents>): unknown {
  if (error instanceof WorkflowEnd) {
    events.completed(error.output);
    return error;
  }
  if (!(error instanceof WorkflowError)) return error;
  const located = withInstance(error, step.reference);
  events.faulted(located.problem);
  return located;
}

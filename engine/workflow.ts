import { isJsonObject, type JsonValue } from '../kernel/json.ts';
import { isoTime } from './iso-time.ts';
import { undoneUnlessWell } from './compensation.ts';
import { outputLimit, requireSize, transform } from './data-flow.ts';
import { scopeIn, WorkflowEnd, type Execution, type Frame } from './execution.ts';
import type { Scope } from './expressions.ts';
import type { Fiber } from './fiber.ts';
import { withInstance, WorkflowError } from './problem.ts';
import { validate } from './resources.ts';
import type { Site } from './site.ts';
import { beforeDeadline, momentAfter, timeoutModel } from './timeout.ts';

/** The whole run: input, tasks under the workflow's timeout, output. */
export function* runWorkflow(execution: Execution, rawInput: JsonValue): Fiber<JsonValue> {
  const { document } = execution.definition;
  const { namespace, name, version } = document.document;
  const definition = { namespace, name, version };
  const startedAt = isoTime(execution.clock.now);
  execution.publish('workflow.started.v1', {
    data: { name: execution.name, definition, startedAt },
  });
  return yield* undoneUnlessWell(execution, inTime(execution, rawInput));
}

function* inTime(execution: Execution, rawInput: JsonValue): Fiber<JsonValue> {
  const { document } = execution.definition;
  if (document.timeout === undefined) return yield* inputTasksOutput(execution, rawInput);
  const { after } = timeoutModel({ execution }, document.timeout);
  const dueAt = momentAfter(after, scopeOf(execution, rawInput), { execution });
  const body = inputTasksOutput(execution, rawInput);
  return yield* beforeDeadline(
    { key: '!timeout', task: '', dueAt, setAt: execution.clock.now },
    body,
    'the workflow did not end in time',
  );
}

function* inputTasksOutput(execution: Execution, rawInput: JsonValue): Fiber<JsonValue> {
  const input = yield* at('/input', workflowInput(execution, rawInput));
  execution.context = isJsonObject(input) ? input : {};
  const raw = yield* tasks(execution, input);
  return yield* at('/output', workflowOutput(execution, raw));
}

/** Faults outside any task point to the part of the document that failed. */
function* at(instance: string, body: Fiber<JsonValue>): Fiber<JsonValue> {
  try {
    return yield* body;
  } catch (error) {
    throw error instanceof WorkflowError ? withInstance(error, instance) : error;
  }
}

function* workflowInput(execution: Execution, rawInput: JsonValue): Fiber<JsonValue> {
  const model = execution.definition.document.input;
  requireSize(
    rawInput,
    { bytes: execution.limits.inputBytes, compute: execution.compute },
    'the input of the workflow',
  );
  yield* validate(siteAt(execution, '/input', rawInput), rawInput, {
    schema: model?.schema,
    what: 'the input of the workflow',
  });
  const { workflow, runtime, secrets } = execution;
  const scope = scopeIn(execution, rawInput, { secrets, workflow, runtime });
  return transform(model?.from, scope, execution.definition.expressions);
}

function* tasks(execution: Execution, input: JsonValue): Fiber<JsonValue> {
  const frame: Frame = {
    execution,
    ...{ key: '/do', peerKey: '/do' },
    reference: '/do',
    isInFunction: false,
    isInExtension: false,
    functions: [],
    variables: {},
    depth: 1,
    isTimed: false,
  };
  try {
    return (yield* execution.runList(execution.definition.document.do, frame, input)).output;
  } catch (error) {
    if (error instanceof WorkflowEnd) return error.output;
    throw error;
  }
}

function* workflowOutput(execution: Execution, raw: JsonValue): Fiber<JsonValue> {
  const model = execution.definition.document.output;
  const output = transform(model?.as, scopeOf(execution, raw), execution.definition.expressions);
  yield* validate(siteAt(execution, '/output', output), output, {
    schema: model?.schema,
    what: 'the output of the workflow',
  });
  requireSize(output, outputLimit(execution), 'the output of the workflow');
  return output;
}

function scopeOf(execution: Execution, dot: JsonValue): Scope {
  const { workflow, runtime, secrets, context } = execution;
  return scopeIn(execution, dot, { context, secrets, workflow, runtime });
}

function siteAt(execution: Execution, reference: string, value: JsonValue): Site {
  return { execution, key: reference, reference, input: value, scope: scopeOf(execution, value) };
}

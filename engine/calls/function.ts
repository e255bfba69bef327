import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { asTask, kindOf, type CallTask, type Task } from '../dsl/document.ts';
import { pointerToken } from '../dsl/finding.ts';
import {
  definitionScope,
  isTimed,
  WorkflowEnd,
  type Frame,
  type Step,
  type TaskResult,
} from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import { catalogReference, functionUri } from '../functions.ts';
import { workflowError } from '../problem.ts';
import { fetchDocument } from '../resources.ts';
import { siteOf } from '../site.ts';
import { endpointUri } from './endpoint.ts';

/** A function is a task: `with` is its raw input, its output the raw output of the call, its `then` means nothing. */
export function* callFunction(step: Step<CallTask>): Fiber<JsonValue> {
  const { call, with: args } = step.task;
  if (step.frame.functions.includes(call))
    throw workflowError('configuration', `function ${JSON.stringify(call)} calls itself`);
  const task = yield* functionTask(step);
  const input =
    args === undefined
      ? step.input
      : step.execution.definition.expressions.value(args, definitionScope(step));
  const place = { name: call, task, path: pointerToken(call) };
  return yield* untilEnd(step.execution.runTask(place, functionFrame(step, call), input));
}

/** `end` in a function ends the function, not its caller. */
function* untilEnd(body: Fiber<TaskResult>): Fiber<JsonValue> {
  try {
    return (yield* body).output;
  } catch (error) {
    if (error instanceof WorkflowEnd) return error.output;
    throw error;
  }
}

/** The caller's variables are not the function's; its tasks answer to the pointer of the call. */
function functionFrame(step: Step, call: string): Frame {
  return {
    ...step.frame,
    key: `${step.key}!function`,
    peerKey: `${step.peerKey}!function`,
    reference: step.reference,
    isInFunction: true,
    functions: [...step.frame.functions, call],
    variables: {},
    depth: step.frame.depth + 1,
    isTimed: isTimed(step),
  };
}

function* functionTask(step: Step<CallTask>): Fiber<Task> {
  const { call } = step.task;
  const { functions } = step.execution.definition.document.use ?? {};
  const own = functions?.[call];
  if (own !== undefined) return own;
  const document = yield* fetchDocument(
    siteOf(step),
    { endpoint: uriOf(step) },
    `${step.key}!fetch`,
  );
  if (isJsonObject(document) && kindOf(document) !== undefined) return asTask(document);
  throw workflowError('configuration', `${JSON.stringify(call)} is not the document of a function`);
}

function uriOf(step: Step<CallTask>): string {
  const { call } = step.task;
  const reference = catalogReference(call);
  if (reference !== undefined) {
    const catalog = step.execution.definition.document.use?.catalogs?.[reference.catalog];
    if (catalog !== undefined)
      return functionUri(
        endpointUri(catalog.endpoint, siteOf(step)),
        reference.name,
        reference.version,
      );
  } else if (URL.canParse(call)) {
    return call;
  }
  throw workflowError('configuration', `there is no function ${JSON.stringify(call)}`);
}

import type { JsonValue } from '../../kernel/json.ts';
import { callAgent } from '../calls/agent.ts';
import { callApproval } from '../calls/approval.ts';
import { callFunction } from '../calls/function.ts';
import { callAsyncApi } from '../calls/call-asyncapi.ts';
import { callA2a } from '../calls/call-a2a.ts';
import { callGrpc } from '../calls/call-grpc.ts';
import { callHttp } from '../calls/call-http.ts';
import { callIntegration } from '../calls/integration.ts';
import { callMcp } from '../calls/call-mcp.ts';
import { callOpenApi } from '../calls/call-openapi.ts';
import { callRender } from '../calls/render.ts';
import type { CallTask } from '../dsl/document.ts';
import type { Step, TaskResult } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import { defaultFunctionName, unsupportedCalls } from '../functions.ts';
import { workflowError } from '../problem.ts';

type Call = (step: Step<CallTask>) => Fiber<JsonValue>;

const builtIn: ReadonlyMap<string, Call> = new Map([
  ['http', callHttp],
  ['openapi', callOpenApi],
  ['grpc', callGrpc],
  ['asyncapi', callAsyncApi],
  ['mcp', callMcp],
  ['a2a', callA2a],
]);

/** The functions of the default catalog; a function of the definition with the same name comes first. */
const defaultCatalog: ReadonlyMap<string, Call> = new Map([
  ['integration', callIntegration],
  ['approval', callApproval],
  ['render', callRender],
  ['agent', callAgent],
]);

export function* runCall(step: Step<CallTask>): Fiber<TaskResult> {
  return { output: yield* calleeOf(step)(step) };
}

function calleeOf(step: Step<CallTask>): Call {
  const { call } = step.task;
  const reason = unsupportedCalls.get(call);
  if (reason !== undefined)
    throw workflowError('configuration', `call ${call} is not supported: ${reason}`);
  const own = step.execution.definition.document.use?.functions;
  const isOwn = own !== undefined && Object.hasOwn(own, call);
  return (
    builtIn.get(call) ??
    (isOwn ? callFunction : (defaultCatalog.get(defaultFunctionName(call)) ?? callFunction))
  );
}

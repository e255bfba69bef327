import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { sizeOf } from '../data-flow.ts';
import type { CallTask } from '../dsl/document.ts';
import { effectOf, type Step } from '../execution.ts';
import { perform, type Fiber } from '../fiber.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError, WorkflowError } from '../problem.ts';
import { filledArguments } from './arguments.ts';

/** What a model may use, by the name that it knows it by. */
type Tools = ReadonlyMap<string, Operation>;

interface Operation {
  readonly integration: string;
  readonly operation: string;
}

interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
}

interface Budget {
  readonly maxToolCalls: number;
  readonly maxTokens: number;
}

const usualToolCalls = 10;

/**
 * `call: agent`, `with: {integration, operation, input, tools, maxToolCalls?, maxTokens?}`: asks a model until it has an
 * output, and calls the operations that it wants and the definition allows. Each question and each call is an effect of its
 * own: a replay reads all of them back. What the model says is data: it is compared, counted and handed on, never evaluated.
 */
export function* callAgent(step: Step<CallTask>): Fiber<JsonValue> {
  // Tools are taken as written, so that no data can become one.
  const { tools: written, ...model } = step.task.with ?? {};
  const args = filledArguments(step, ['integration', 'operation'], model);
  const asked = { integration: textOf(args['integration']), operation: textOf(args['operation']) };
  const tools = toolsOf(written);
  const budget = budgetOf(args);
  const messages: JsonObject[] = [{ role: 'user', content: textOf(args['input'] ?? step.input) }];
  const spent = { inputTokens: 0, outputTokens: 0, toolCalls: 0 };
  for (let turn = 1; ; turn += 1) {
    const key = `${step.key}!model@${String(turn)}`;
    const said = yield* invoke(step, key, { ...asked, arguments: { messages: [...messages] } });
    const { output = null, toolCalls, usage } = isJsonObject(said) ? said : {};
    spent.inputTokens += tokensIn(usage, 'inputTokens');
    spent.outputTokens += tokensIn(usage, 'outputTokens');
    const calls = callsIn(toolCalls);
    if (calls.length === 0) return { output, turns: turn, ...spent };
    requireTokens(spent, budget);
    messages.push({ role: 'assistant', toolCalls: calls.map((call) => ({ ...call })) });
    for (const call of calls) {
      spent.toolCalls += 1;
      if (spent.toolCalls > budget.maxToolCalls)
        throw overspent('maxToolCalls', budget.maxToolCalls);
      const toolKey = `${step.key}!tool@${String(spent.toolCalls)}`;
      const content = yield* useTool(step, toolKey, { call, tools });
      messages.push({ role: 'tool', toolCallId: call.id, content });
    }
    step.execution.compute.spend(sizeOf(messages));
  }
}

interface Use {
  readonly call: ToolCall;
  readonly tools: Tools;
}

/** What came of a call, as the model is told. A call of which nobody knows whether it happened ends the task: it might be made again. */
function* useTool(step: Step<CallTask>, key: string, { call, tools }: Use): Fiber<JsonValue> {
  const operation = tools.get(call.name);
  if (operation === undefined) return { error: 'there is no such tool' };
  try {
    const request = { ...operation, arguments: call.arguments };
    return yield* invoke(step, key, request);
  } catch (error) {
    const told = error instanceof WorkflowError ? refusalOf(error) : undefined;
    if (told === undefined) throw error;
    return told;
  }
}

/** An error that says that nothing was done, as the model is told of it. */
function refusalOf({ isCatchable, problem }: WorkflowError): JsonObject | undefined {
  const { status, type, detail = '' } = problem;
  const isRefused = status >= 400 && status < 500 && status !== 408;
  const isOfCall = isRefused && /\/(?:validation|communication)$/.test(type);
  return isCatchable && isOfCall ? { error: detail, status } : undefined;
}

function invoke(step: Step<CallTask>, key: string, request: JsonObject): Fiber<JsonValue> {
  return perform(key, step.reference, async (signal) => {
    const effect = effectOf(step, key, signal);
    return await step.execution.host.call({ kind: 'integration', with: request }, effect);
  });
}

function toolsOf(written: JsonValue | undefined): Tools {
  if (!isJsonObject(written)) return new Map();
  return new Map(
    Object.entries(written).flatMap(([name, tool]) => {
      if (!isJsonObject(tool)) return [];
      const { integration, operation } = tool;
      if (typeof integration !== 'string' || typeof operation !== 'string') return [];
      return [[name, { integration, operation }] as const];
    }),
  );
}

function budgetOf({ maxToolCalls, maxTokens }: JsonObject): Budget {
  return {
    maxToolCalls: typeof maxToolCalls === 'number' ? maxToolCalls : usualToolCalls,
    maxTokens: typeof maxTokens === 'number' ? maxTokens : Infinity,
  };
}

function callsIn(value: JsonValue | undefined): readonly ToolCall[] {
  if (!isJsonArray(value ?? null)) return [];
  return (value as readonly JsonValue[]).filter(isJsonObject).map((call) => ({
    id: textOf(call['id'] ?? ''),
    name: textOf(call['name'] ?? ''),
    arguments: isJsonObject(call['arguments']) ? call['arguments'] : {},
  }));
}

function tokensIn(usage: JsonValue | undefined, name: string): number {
  const tokens = isJsonObject(usage) ? usage[name] : undefined;
  return typeof tokens === 'number' ? tokens : 0;
}

function requireTokens(
  { inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number },
  { maxTokens }: Budget,
): void {
  if (inputTokens + outputTokens > maxTokens) throw overspent('maxTokens', maxTokens);
}

function overspent(name: string, bound: number): WorkflowError {
  return workflowError('runtime', `the model wants more than ${name} (${String(bound)}) allows`);
}

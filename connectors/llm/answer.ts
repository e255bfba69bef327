import {
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { check } from '../parts/check-arguments.ts';
import type { CompileSchema } from '../ports.ts';
import { textOf } from '../parts/text-of.ts';
import type { LlmOperation, LlmTool } from './config.ts';

/** What a model said, or how that does not fit what was asked for. */
export type Said =
  | { readonly value: JsonObject }
  | {
      readonly fault: string;
      readonly isRepairable: boolean;
      /** True where the same request may be answered well later. @default false */
      readonly isRetryable?: boolean;
      readonly text: string;
    };

/** Reads the first choice of an answer; of an answer that is none there is nothing to repair. */
export function readChoice(
  compileSchema: CompileSchema,
  operation: LlmOperation,
  body: JsonValue,
): Said {
  const choice = choiceIn(body);
  if (choice === undefined) return hopeless('something that is no answer of a model');
  const { reason, message } = choice;
  const { refusal, content = null, tool_calls: calls } = message;
  if (typeof refusal === 'string') return hopeless(`a refusal: ${cutText(refusal, 300)}`);
  const ended = typeof reason === 'string' ? badEnds.get(reason) : undefined;
  if (ended !== undefined) return hopeless(ended);
  if (Array.isArray(calls) && calls.length > 0)
    return readToolCalls(compileSchema, operation, calls as readonly JsonValue[]);
  if (typeof content !== 'string') return hopeless('nothing');
  return readOutput(compileSchema, operation, content);
}

const badEnds: ReadonlyMap<string, string> = new Map([
  ['length', 'an output that is cut off; allow more tokens'],
  ['content_filter', 'an output that a filter of the provider held back'],
]);

function choiceIn(body: JsonValue) {
  const choices = isJsonObject(body) ? body['choices'] : undefined;
  const [choice] = Array.isArray(choices) ? (choices as readonly JsonValue[]) : [];
  if (!isJsonObject(choice)) return undefined;
  const { message, finish_reason: reason } = choice;
  return isJsonObject(message) ? { message, reason } : undefined;
}

function readOutput(compileSchema: CompileSchema, { output }: LlmOperation, text: string): Said {
  if (output === undefined) return { value: { output: text } };
  const parsed = parse(text);
  if (parsed === undefined) return { fault: 'no JSON', isRepairable: true, text };
  const [fault] = check(compileSchema, output, parsed);
  if (fault === undefined) return { value: { output: parsed } };
  const place = fault.path === '' ? 'it' : cutText(fault.path, 200);
  return {
    fault: `JSON that does not fit: ${place} ${cutText(fault.message, 200)}`,
    isRepairable: true,
    text,
  };
}

/** What a model asks for is data: only names that it was offered, with arguments that fit. */
function readToolCalls(
  compileSchema: CompileSchema,
  { tools = [] }: LlmOperation,
  calls: readonly JsonValue[],
): Said {
  const read = calls.map((call) => readToolCall(compileSchema, tools, call));
  const fault = read.find((each) => typeof each === 'string');
  if (fault !== undefined) return hopeless(fault);
  return { value: { output: null, toolCalls: read } };
}

/** A call, or what is wrong with it. */
function readToolCall(
  compileSchema: CompileSchema,
  tools: readonly LlmTool[],
  call: JsonValue,
): JsonObject | string {
  const { id = null, function: wanted } = isJsonObject(call) ? call : {};
  const { name, arguments: text } = isJsonObject(wanted) ? wanted : {};
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined)
    return `a call of a tool that it was not offered: ${cutText(textOf(name), 64)}`;
  const given = typeof text === 'string' ? parse(text) : undefined;
  if (given === undefined) return `arguments of ${tool.name} that are no JSON`;
  const [fault] = check(compileSchema, tool.arguments, given);
  if (fault === undefined) return { id, name: tool.name, arguments: given };
  const place = cutText(`${fault.path} ${fault.message}`, 300);
  return `arguments of ${tool.name} that do not fit: ${place}`;
}

function hopeless(fault: string): Said {
  return { fault, isRepairable: false, text: '' };
}

function parse(text: string): JsonValue | undefined {
  try {
    return parseOutsideJson(text);
  } catch {
    return undefined;
  }
}

/** Tokens that answers have cost. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export function usageOf(body: JsonValue): Usage {
  const usage = isJsonObject(body) ? body['usage'] : undefined;
  const { prompt_tokens: input, completion_tokens: output } = isJsonObject(usage) ? usage : {};
  return { inputTokens: countOf(input), outputTokens: countOf(output) };
}

function countOf(value: JsonValue | undefined): number {
  const count = isJsonNumber(value) ? Number(value) : 0;
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}

export function added(left: Usage, right: Usage): Usage {
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
  };
}

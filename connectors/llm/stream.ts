import {
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import { eventsIn } from '../../kernel/server-events.ts';
import { cutText } from '../../kernel/storable.ts';
import type { Said } from './answer.ts';

/** What the pieces of an answer make together: the answer as it would have come whole, or why there is none. */
export interface Assembled {
  readonly body: JsonValue;
  /** Nothing of the answer stands then, but for what it has cost. */
  readonly broken: Broken | undefined;
}

type Broken = Extract<Said, { fault: string }>;

/** Pieces that are read of one answer; what has more is no output of a model. */
const maxPieces = 200_000;
/** Tools that an answer may ask for at once. */
const maxToolCalls = 128;

/** Puts the chunks of `chat.completion.chunk` together. A stream that ends before it says so has no answer. */
export function assemble(text: string): Assembled {
  const answer = emptyAnswer();
  const events = eventsIn(text);
  if (events.length > maxPieces)
    return { body: null, broken: broken(`more than ${String(maxPieces)} pieces`, false) };
  for (const event of events) {
    if (event === '[DONE]') return whole(answer);
    const chunk = parse(event);
    const fault = chunk === undefined ? undefined : take(answer, chunk);
    if (chunk === undefined) break;
    if (fault !== undefined) return { body: bodyOf(answer), broken: fault };
  }
  return { body: bodyOf(answer), broken: broken('a stream that was cut off', true) };
}

/** Grows as pieces come. */
interface Answer {
  content: string | undefined;
  refusal: string | undefined;
  reason: JsonValue;
  usage: JsonValue;
  readonly calls: Map<number, ToolCall>;
}

interface ToolCall {
  id: JsonValue;
  name: string | undefined;
  arguments: string | undefined;
}

function emptyAnswer(): Answer {
  return {
    ...{ content: undefined, refusal: undefined, reason: null, usage: null },
    calls: new Map(),
  };
}

/** An answer whose reason is missing was cut off, whatever the stream says. */
function whole(answer: Answer): Assembled {
  const isEnded = typeof answer.reason === 'string';
  return {
    body: bodyOf(answer),
    broken: isEnded ? undefined : broken('a stream that was cut off', true),
  };
}

function bodyOf({ content, refusal, reason, usage, calls }: Answer): JsonValue {
  const toolCalls = [...calls.entries()]
    .toSorted(([left], [right]) => left - right)
    .map(([, { id, name, arguments: given }]) => ({
      ...{ id, type: 'function' },
      function: { name: name ?? '', arguments: given ?? '' },
    }));
  const message = {
    content: content ?? null,
    ...(refusal === undefined ? {} : { refusal }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
  };
  return { choices: [{ message, finish_reason: reason }], usage };
}

/** Adds a piece, or tells what is wrong with it. */
function take(answer: Answer, chunk: JsonObject): Broken | undefined {
  const { error = null, usage, choices } = chunk;
  if (error !== null) return failed(error);
  // Some providers tell what it has cost so far with each piece, others at the end.
  if (isJsonObject(usage)) answer.usage = usage;
  const [choice] = Array.isArray(choices) ? (choices as readonly JsonValue[]) : [];
  return isJsonObject(choice) ? takeChoice(answer, choice) : undefined;
}

function takeChoice(
  answer: Answer,
  { finish_reason: reason = null, delta }: JsonObject,
): Broken | undefined {
  answer.reason = reason ?? answer.reason;
  if (!isJsonObject(delta)) return undefined;
  const { content, refusal, tool_calls: calls } = delta;
  answer.content = longer(answer.content, content);
  answer.refusal = longer(answer.refusal, refusal);
  if (!Array.isArray(calls)) return undefined;
  const isTaken = (calls as readonly JsonValue[]).every((call) => takeCall(answer, call));
  return isTaken ? undefined : broken('pieces of calls that belong to none', false);
}

/** The name comes with the first piece of a call, its arguments in parts. */
function takeCall({ calls }: Answer, piece: JsonValue): boolean {
  const { index, id = null, function: wanted } = isJsonObject(piece) ? piece : {};
  const at = isJsonNumber(index) ? Number(index) : NaN;
  if (!Number.isInteger(at) || at < 0 || at >= maxToolCalls) return false;
  const call = calls.get(at) ?? { id: null, name: undefined, arguments: undefined };
  calls.set(at, call);
  const { name, arguments: given } = isJsonObject(wanted) ? wanted : {};
  call.id = id ?? call.id;
  call.name = longer(call.name, name);
  call.arguments = longer(call.arguments, given);
  return true;
}

function longer(text: string | undefined, piece: JsonValue | undefined): string | undefined {
  return typeof piece === 'string' ? (text ?? '') + piece : text;
}

const passingTypes: ReadonlySet<JsonValue | undefined> = new Set([
  ...['server_error', 'overloaded_error', 'rate_limit_error', 'api_error'],
]);

/** Once a stream has begun, its status is 200 whatever happens: why it fails is in a piece of it. */
function failed(error: JsonValue): Broken {
  const { message, type, code } = isJsonObject(error) ? error : {};
  const said = typeof message === 'string' ? message : typeof error === 'string' ? error : '';
  const status = isJsonNumber(code) ? Number(code) : 0;
  const isPassing = passingTypes.has(type) || status >= 500 || status === 429;
  const text = cutText(said.replaceAll(/\p{Cc}+/gu, ' '), 300);
  return broken(text === '' ? 'an error' : `an error: ${text}`, isPassing);
}

function broken(fault: string, isRetryable: boolean): Broken {
  return { fault, isRepairable: false, isRetryable, text: '' };
}

function parse(event: string): JsonObject | undefined {
  try {
    const value = parseOutsideJson(event);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

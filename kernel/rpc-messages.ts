import { isJsonObject, type JsonObject, type JsonValue, parseOutsideJson } from './json.ts';
import { eventsIn, eventStream } from './server-events.ts';

/**
 * The messages of JSON-RPC 2.0 in the body of an answer: one, a batch, or those that server-sent events carry (a body of
 * `eventStream`). What is no message is left out.
 */
export function rpcMessagesIn(body: Buffer, contentType: string | undefined): JsonObject[] {
  const text = body.toString('utf8');
  const texts = contentType?.startsWith(eventStream) === true ? eventsIn(text) : [text];
  return texts.flatMap(valuesIn).filter(isJsonObject);
}

function valuesIn(text: string): readonly JsonValue[] {
  try {
    const value = parseOutsideJson(text);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  } catch {
    return [];
  }
}

const requestId = 1;

/** A request to which the answer comes by itself: one id is enough. */
export function rpcRequest(method: string, params: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id: requestId, method, params };
}

/** The answers to such a request; a stream has several. */
export function rpcAnswersIn(body: Buffer, contentType: string | undefined): JsonObject[] {
  return rpcMessagesIn(body, contentType).filter(
    (message) => message['id'] === requestId && message['method'] === undefined,
  );
}

/** The status of HTTP that says the same as a code of JSON-RPC. */
const statuses: ReadonlyMap<number, number> = new Map([
  [-32_700, 400],
  [-32_600, 400],
  [-32_601, 501],
  [-32_602, 400],
]);

/** By which failures are told apart. */
export function rpcStatusOf(code: JsonValue | undefined): number {
  return statuses.get(Number(code)) ?? 500;
}

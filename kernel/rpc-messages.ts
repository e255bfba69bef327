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

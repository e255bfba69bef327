import { isJsonObject, type JsonObject, type JsonValue, parseOutsideJson } from './json.ts';

/** The content type of server-sent events. */
export const eventStream = 'text/event-stream';

/**
 * The messages of JSON-RPC 2.0 in the body of an answer: one, a batch, or those that server-sent events carry (a body of
 * `eventStream`). What is no message is left out.
 */
export function rpcMessagesIn(body: Buffer, contentType: string | undefined): JsonObject[] {
  const text = body.toString('utf8');
  const texts = contentType?.startsWith(eventStream) === true ? eventsIn(text) : [text];
  return texts.flatMap(valuesIn).filter(isJsonObject);
}

/** The data of server-sent events, in any of the line ends that there are. */
function eventsIn(text: string): readonly string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .split('\n\n')
    .map((event) =>
      event
        .split('\n')
        .filter((each) => each.startsWith('data:'))
        .map((each) => each.slice('data:'.length).trimStart())
        .join('\n'),
    )
    .filter((data) => data !== '');
}

function valuesIn(text: string): readonly JsonValue[] {
  try {
    const value = parseOutsideJson(text);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  } catch {
    return [];
  }
}

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

const endOfEvent = /\r\n\r\n|\n\n|\r\r/g;
const longestEnd = 4;

/** Reads the events of a stream (HTML standard, server-sent events); comments and fields nobody needs are passed over. */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
  maxEventBytes: number,
): AsyncGenerator<ServerSentEvent, void> {
  const decoder = new TextDecoder();
  let text = '';
  let searched = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (;;) {
      endOfEvent.lastIndex = Math.max(0, searched - longestEnd);
      const end = endOfEvent.exec(text);
      if (end === null) break;
      yield* parseEvent(text.slice(0, end.index));
      text = text.slice(end.index + end[0].length);
      searched = 0;
    }
    searched = text.length;
    if (searched > maxEventBytes) throw new Error(`an event of more than ${maxEventBytes} bytes`);
  }
}

function parseEvent(block: string): ServerSentEvent[] {
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
  }
  // `complete` comes without data from some servers.
  return type === 'message' && data.length === 0 ? [] : [{ type, data: data.join('\n') }];
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** True while the client may still be sending its body. */
export function hasUnread({ headers, complete }: IncomingMessage): boolean {
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && !complete;
}

/** How long what a refused client still sends is thrown away, so that it comes to read its answer. */
const lingerMs = 1_000;

/** Ends an answer, whose head says that the connection closes, to a client that is still sending. */
export function endUnread(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | string,
): void {
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  response.write(body);
  request.once('end', end).once('close', end).resume();
}

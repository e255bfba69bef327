import type { IncomingMessage } from 'node:http';

import { AppError } from '../../kernel/errors.ts';

/** The text of a body of at most so many bytes; the server bounds the time it may take. */
export async function readSmallBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> = request;
  for await (const bytes of body) {
    size += bytes.length;
    if (size > maxBytes) throw new AppError('PAYLOAD_TOO_LARGE', 'the body is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

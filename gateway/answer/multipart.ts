import type { ServerResponse } from 'node:http';

import type { DeferFormat } from '../operation.ts';

const BOUNDARY = '-';

/** Sends the parts of a deferred answer as they come, as `multipart/mixed` in the form that the client reads. */
export async function sendMultipart(
  response: ServerResponse,
  answer: {
    readonly first: string;
    readonly later: AsyncIterable<string>;
    readonly format: DeferFormat;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
  },
): Promise<void> {
  response.writeHead(200, {
    ...answer.headers,
    'content-type': `multipart/mixed; boundary="${BOUNDARY}"; ${answer.format}`,
    'cache-control': 'no-store',
  });
  response.write(`\r\n--${BOUNDARY}${part(answer.first)}`);
  for await (const payload of answer.later) {
    if (response.destroyed) return;
    response.write(part(payload));
  }
  response.end('--\r\n');
}

/** The boundary follows each part at once: clients then know that the part is complete. */
function part(payload: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${payload}\r\n--${BOUNDARY}`;
}

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Logger } from 'pino';
import { cutForLog } from '../../../kernel/redact.ts';

/** What a request turned out to be, noted on its way for the access log. */
export interface AccessNotes {
  /** What the client calls the request. */
  readonly clientRequestId?: string;
  operation?: { readonly kind: string; readonly name: string | undefined };
  hasErrors?: boolean | undefined;
  /** Why nothing ran. */
  code?: string;
  /** It was answered by the execution of an equal one. */
  isShared?: boolean;
}

interface Access {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly notes: AccessNotes;
  /** As `performance.now()` said when it came. */
  readonly started: number;
}

/** One line for a request that has ended; probes and pages are told apart from GraphQL by their level. */
export function logAccess(log: Logger, access: Access, endpoint: string): void {
  const { request, response, requestId, notes, started } = access;
  const { operation } = notes;
  const path = cut(request.url?.split('?', 1)[0]);
  log[path === endpoint ? 'info' : 'debug'](
    {
      requestId,
      method: request.method,
      path,
      status: response.statusCode,
      ms: Math.round((performance.now() - started) * 10) / 10,
      ...notes,
      ...(operation && { operation: { kind: operation.kind, name: cut(operation.name) } }),
      address: request.socket.remoteAddress,
      userAgent: cut(request.headers['user-agent']),
      isComplete: response.writableFinished,
    },
    'request',
  );
}

/** What a client may write into a line, UTF-16 units of each of its texts. */
const maxClientText = 256;

function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutForLog(text, maxClientText);
}

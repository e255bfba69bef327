import { Agent, request } from 'undici';
import { z } from 'zod';

import { AppError, errorCatalogue, type ErrorCode } from '../../kernel/errors.ts';
import type { PeerTls } from '../../kernel/tls/peer-tls.ts';
import type { Answer } from './question.ts';
import type { Warehouse } from './warehouse.ts';

/** What carries who asks, as between gateway and subgraphs. */
export const askerHeaders = { actor: 'x-operandi-actor', requestId: 'x-request-id' } as const;

const errorShape = z.object({ code: z.string(), message: z.string(), path: z.string().nullish() });

/** Longer than the warehouse itself lets a query take. */
const patienceMs = 70_000;
const maxAnswerBytes = 8 * 1024 * 1024;

/** Asks a warehouse by HTTP; where it is may become known only later. Disposing closes its connections. */
export function createWarehouseClient(
  url: string | (() => Promise<string>),
  tls?: PeerTls,
): Warehouse & AsyncDisposable {
  const agent = new Agent({
    maxResponseSize: maxAnswerBytes,
    ...{ headersTimeout: patienceMs, bodyTimeout: patienceMs },
    ...(tls && { connect: { ...tls.current() } }),
  });
  return {
    async ask(question, { assertion, requestId, signal }) {
      const base = typeof url === 'string' ? url : await url();
      const response = await request(new URL('/analytics', base), {
        ...{ method: 'POST', dispatcher: agent, body: JSON.stringify(question) },
        ...(signal && { signal }),
        headers: {
          'content-type': 'application/json',
          [askerHeaders.actor]: assertion,
          [askerHeaders.requestId]: requestId,
        },
      }).catch((cause: unknown) => {
        throw unreachable(cause);
      });
      const body = await response.body.json().catch((cause: unknown) => {
        throw unreachable(cause);
      });
      if (response.statusCode !== 200) throw refusalOf(body);
      // The warehouse is of this platform and this version; what it answers was made by its own types.
      return body as Answer;
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function unreachable(cause: unknown): AppError {
  return new AppError(
    'WAREHOUSE_UNAVAILABLE',
    'the warehouse does not answer; see that operandi warehouse runs where OPERANDI_WAREHOUSE_URL says',
    { cause },
  );
}

function refusalOf(body: unknown): AppError {
  const { data } = errorShape.safeParse(body);
  if (data === undefined || !isCode(data.code)) return unreachable(body);
  const { code, message, path } = data;
  return new AppError(code, message, typeof path === 'string' ? { path } : {});
}

function isCode(code: string): code is ErrorCode {
  return code in errorCatalogue;
}

import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import { createAssertionVerifier, type VerifyAssertion } from '../core/access/assertion.ts';
import { askerHeaders } from '../core/analytics/ask-warehouse.ts';
import { permitQuestion } from '../core/analytics/permit-question.ts';
import { parseQuestion, type Answer } from '../core/analytics/question.ts';
import type { Database } from '../kernel/database/database.ts';
import { AppError, errorCatalogue } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { readinessAnswer, type Readiness } from '../kernel/readiness.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import { isPeer, type PeerTls } from '../kernel/tls/peer-tls.ts';

/** What the door of the warehouse needs. */
export interface WarehouseDoor {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly assertionPublicKeys: string;
  readonly tls: PeerTls | undefined;
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  /** Answers a question of a tenant. */
  readonly ask: (tenantId: string, question: unknown) => Promise<Answer>;
}

const maxBodyBytes = 256 * 1024;

/** `/analytics` for the audit subgraph, health and metrics. Whose numbers are told is known by the gateway's word alone. */
export async function openDoor(
  door: WarehouseDoor,
): Promise<AsyncDisposable & { readonly url: string }> {
  const verify = createAssertionVerifier(door.assertionPublicKeys, 'audit');
  const server = createServer(door, (request, response) => {
    answer(door, verify, request).then(
      ({ status, body, type = 'application/json' }) =>
        response.writeHead(status, { 'content-type': type }).end(body),
      (error: unknown) => {
        const told = toldOf(error, door.log);
        const { status } = errorCatalogue[told.code];
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify(told));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(door.port, door.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `${door.tls === undefined ? 'http' : 'https'}://${door.host}:${String(address.port)}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  door: WarehouseDoor,
  verify: VerifyAssertion,
  request: IncomingMessage,
): Promise<Reply> {
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'GET /health/live':
    case 'GET /health/startup':
      return { status: 200, body: JSON.stringify({ status: 'live' }) };
    case 'GET /health/ready': {
      const { code, body } = readinessAnswer(await door.readiness());
      return { status: code, body: JSON.stringify(body) };
    }
    case 'GET /metrics': {
      requirePeer(door, request);
      return { status: 200, ...(await door.metrics.answer(request.headers.accept)) };
    }
    case 'POST /analytics':
      requirePeer(door, request);
      return { status: 200, body: JSON.stringify(await askedIn(door, verify, request)) };
    default:
      throw new AppError('NOT_FOUND', 'there is nothing at this address');
  }
}

function requirePeer({ tls }: WarehouseDoor, { socket }: IncomingMessage): void {
  if (tls !== undefined && !isPeer(socket, tls.peers))
    throw new AppError('UNAUTHENTICATED', 'the certificate of the caller is not that of a peer');
}

async function askedIn(
  { database, ask }: WarehouseDoor,
  verify: VerifyAssertion,
  request: IncomingMessage,
): Promise<Answer> {
  const { [askerHeaders.actor]: assertion, [askerHeaders.requestId]: requestId } = request.headers;
  if (typeof assertion !== 'string' || typeof requestId !== 'string')
    throw new AppError('UNAUTHENTICATED', 'the request does not come from the platform');
  const actor = verify(assertion, requestId);
  const question: unknown = await readJson(request);
  await permitQuestion({ actor, requestId, database }, parseQuestion(question).measure);
  return await ask(actor.tenantId, question);
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

function createServer(
  { tls }: WarehouseDoor,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const limits = { requestTimeout: 30_000, maxHeaderSize: 64 * 1024 };
  if (tls === undefined) return createPlainServer(limits, listener);
  const version = { minVersion: 'TLSv1.3' } as const;
  const server = createTlsServer(
    { ...limits, ...tls.current(), ...version, requestCert: true, rejectUnauthorized: false },
    listener,
  );
  tls.onChange((material) => server.setSecureContext({ ...material, ...version }));
  return server;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new AppError('PAYLOAD_TOO_LARGE', 'the question is too long');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'the question is no JSON', { cause });
  }
}

/** What leaves: known faults as they are, others as one of the platform. */
function toldOf(error: unknown, log: Logger) {
  if (error instanceof AppError && error.code !== 'INTERNAL')
    return { code: error.code, message: error.message, path: error.path };
  log.error({ err: error }, 'a question failed');
  return { code: 'INTERNAL' as const, message: 'something went wrong in the warehouse' };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Witness } from '../../sdk/src/verify/index.ts';

/** A request holds 63 lines of proof and a checkpoint. */
const maxBytes = 64 * 1024;
const requestMs = 10_000;

/** C2SP tlog-witness: takes checkpoints at `POST …/add-checkpoint` and answers cosignatures. */
export function createWitnessServer(witness: Witness): Server {
  const server = createServer((request, response) => {
    answer(witness, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.requestTimeout = requestMs;
  server.headersTimeout = requestMs;
  return server;
}

async function answer(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isCall = request.url?.endsWith('/add-checkpoint') === true;
  if (!isCall || request.method !== 'POST') {
    response.writeHead(isCall ? 405 : 404).end();
    return;
  }
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const { status, contentType, body: text } = await witness.addCheckpoint(body);
  response.writeHead(status, { 'content-type': contentType }).end(text);
}

/** Undefined for one that is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { JsonValue } from '../../../../kernel/json.ts';
import { HttpRefusal } from '../../../answer/http-refusal.ts';
import { UploadFault } from '../../../uploaded-file.ts';
import { type BodyLimits, textOf, tooLarge } from '../read-body.ts';
import { FileStream } from './file-stream.ts';
import { MultipartReader } from './multipart-reader.ts';
import { placeFiles, readFileMap } from './place-files.ts';
import { RequestBytes } from './request-bytes.ts';

/** What files a request may bring. */
export interface UploadLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxWaitingBytes: number;
}

/** A request with files, read up to them. */
export interface Upload {
  /** The part `operations`. */
  readonly text: string;
  /** Puts the files into what the text says; throws BAD_USER_INPUT for places that are no variables. */
  readonly placeIn: (operations: JsonValue) => void;
}

/** True for a body that may bring files. */
export function isUpload({ headers }: IncomingMessage): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/**
 * Reads the parts `operations` and `map`, as the GraphQL multipart request specification has them; files stay on their
 * way until a subgraph takes them.
 */
export async function readUpload(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  limits: UploadLimits,
  body: BodyLimits,
): Promise<Upload> {
  const bytes = new RequestBytes(request, body.timeoutMs);
  response.once('close', () => {
    bytes.release();
    body.share[Symbol.dispose]();
  });
  try {
    const reader = new MultipartReader(bytes, boundaryOf(request));
    const text = await readField(reader, 'operations', body);
    const map = readFileMap(await readField(reader, 'map', body), limits.maxFiles);
    const stream = new FileStream(reader, { ...limits, take: (some) => body.share.take(some) });
    response.once('finish', () => drain(request, bytes));
    return {
      text,
      placeIn: (operations) => placeFiles(operations, map, (key) => stream.file(key)),
    };
  } catch (error) {
    bytes.release();
    throw error;
  }
}

async function readField(
  reader: MultipartReader,
  name: string,
  { maxBytes, share }: BodyLimits,
): Promise<string> {
  const begin = await reader.next();
  if (begin.kind !== 'part' || begin.head.name !== name) {
    throw new UploadFault(
      'BAD_USER_INPUT',
      'The parts "operations" and "map" come first, in this order',
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const event = await reader.next();
    if (event.kind !== 'data') return textOf(Buffer.concat(chunks));
    size += event.bytes.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    share.take(event.bytes.length);
    chunks.push(event.bytes);
  }
}

const boundaryParameter = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i;

function boundaryOf({ headers }: IncomingMessage): string {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new HttpRefusal(415, `content-encoding ${encoding} is not supported for files`);
  }
  const match = boundaryParameter.exec(headers['content-type'] ?? '');
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw new HttpRefusal(400, 'The content-type names no boundary');
  return boundary;
}

/** How long files that nobody wanted are thrown away, so that their client comes to read its answer. */
const lingerMs = 1_000;

function drain(request: IncomingMessage, bytes: RequestBytes): void {
  if (request.complete) return;
  bytes.release();
  const timer = setTimeout(() => request.socket.destroy(), lingerMs);
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  request.resume();
}

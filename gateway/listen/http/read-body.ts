import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';

import { AppError } from '../../../kernel/errors.ts';
import { HttpRefusal } from '../../answer/http-refusal.ts';
import type { BodyShare } from './body-budget.ts';

const gunzip = promisify(gunzipCallback);

/** What a body may cost us. */
export interface BodyLimits {
  /** Before and after decompression. */
  readonly maxBytes: number;
  /** Time to send all of it. */
  readonly timeoutMs: number;
  /** Counts what has come; given back when the body is read. */
  readonly share: BodyShare;
}

/** Reads a JSON body within its limits. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const { maxBytes } = limits;
  checkType(request.headers['content-type']);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HttpRefusal(415, `content-encoding ${encoding} is not supported; gzip is`);
  }
  const bytes = await readBytes(request, limits);
  return textOf(encoding === 'identity' ? bytes : await unpack(bytes, maxBytes));
}

/** Reads a body as it comes, within its limits. */
export async function readBytes(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes } = limits;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return await collectBytes(request, limits);
}

async function unpack(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await gunzip(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    throw new AppError('BAD_USER_INPUT', 'The body is not gzip', { cause });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are no UTF-8 are refused, as replacing them would make one text of several. */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'The body is not UTF-8', { cause });
  }
}

function checkType(contentType: string | undefined): void {
  if (isJson(contentType)) return;
  const isUpload = contentType?.startsWith('multipart/form-data') === true;
  const message = 'Send content-type application/json in UTF-8';
  throw new HttpRefusal(
    415,
    isUpload ? `${message}; files are not taken here (uploads.isEnabled)` : message,
  );
}

function isJson(contentType = ''): boolean {
  const [media, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  return media === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}

async function collectBytes(
  request: IncomingMessage,
  { maxBytes, timeoutMs, share }: BodyLimits,
): Promise<Buffer> {
  using held = share;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    try {
      if (size > maxBytes) throw tooLarge(maxBytes);
      held.take(chunk.length);
      chunks.push(chunk);
    } catch (error) {
      reject(error);
    }
  };
  const onEnd = (): void =>
    resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  const onClose = (): void => {
    // An error nobody sees still costs its stack.
    if (!request.readableEnded) reject(new AppError('REQUEST_TIMEOUT', 'The request ended early'));
  };
  const timer = setTimeout(() => {
    reject(new AppError('REQUEST_TIMEOUT', `The body did not come within ${timeoutMs} ms`));
  }, timeoutMs);
  request.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onClose);
  }
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes`);
}

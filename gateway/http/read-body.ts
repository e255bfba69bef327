import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';

import { AppError } from '../../kernel/errors.ts';
import { HttpRefusal } from './http-refusal.ts';

const gunzip = promisify(gunzipCallback);

/** Reads a JSON body of at most `maxBytes`, before and after decompression. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  checkType(request.headers['content-type']);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new HttpRefusal(415, `content-encoding ${encoding} is not supported; gzip is`);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await collectBytes(request, maxBytes);
  if (encoding === 'identity') return bytes.toString('utf8');
  try {
    return (await gunzip(bytes, { maxOutputLength: maxBytes })).toString('utf8');
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    throw new AppError('BAD_USER_INPUT', 'The body is not gzip', { cause });
  }
}

function checkType(contentType: string | undefined): void {
  if (isJson(contentType)) return;
  const isUpload = contentType?.startsWith('multipart/form-data') === true;
  const message = 'Send content-type application/json in UTF-8';
  throw new HttpRefusal(415, isUpload ? `${message}; files are not taken here` : message);
}

function isJson(contentType = ''): boolean {
  const [media, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
  return media === 'application/json' && (charset === undefined || /^"?utf-?8"?$/.test(charset));
}

function collectBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(tooLarge(maxBytes));
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => {
      // An error nobody sees still costs its stack.
      if (!request.readableEnded)
        reject(new AppError('REQUEST_TIMEOUT', 'The request ended early'));
    });
  });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes`);
}

import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

import { IntegrationError } from '../errors.ts';

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** What we offer in `accept-encoding`. */
export const acceptedEncodings = 'gzip, br, zstd';

interface BodyOptions {
  readonly encoding: string | undefined;
  readonly maxBytes: number;
  readonly name: string;
}

/** Reads a response to its end; the cap counts decoded bytes, so a small bomb is stopped when it unfolds. */
export async function readBody(source: Readable, options: BodyOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decode(source, options)) {
    const bytes = asBuffer(chunk);
    size += bytes.length;
    if (size > options.maxBytes) {
      source.destroy();
      throw new IntegrationError(
        `${options.name} answered with more than ${String(options.maxBytes)} bytes`,
        {
          isRetryable: false,
          isOutcomeUnknown: false,
        },
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

function decode(source: Readable, { encoding, name }: BodyOptions): AsyncIterable<unknown> {
  const coding = encoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return source;
  const create = decoders[coding];
  if (create === undefined) {
    source.destroy();
    throw new IntegrationError(`${name} answered in an unknown content encoding`, {
      isRetryable: false,
    });
  }
  // The callback is there to own the error; the iteration below reports it.
  return pipeline(source, create(), () => undefined);
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array)
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk));
}

import { type Duplex, pipeline, type Readable, Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';

import { AppError } from '../../kernel/errors.ts';
import { IntegrationError } from '../errors.ts';

// A map, since a peer may name its coding `constructor`.
const decoders: ReadonlyMap<string, () => Duplex> = new Map<string, () => Duplex>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/** What we offer in `accept-encoding`. */
export const acceptedEncodings = 'gzip, br, zstd';

/** Codings one upon the other; nobody needs more than one. */
const maxCodings = 3;

interface BodyOptions {
  readonly encoding: string | undefined;
  readonly maxBytes: number;
  readonly name: string;
}

/** Reads a response to its end; the cap counts bytes before and after each decoder, so that no bomb unfolds. */
export async function readBody(source: Readable, options: BodyOptions): Promise<Buffer> {
  const codings = codingsOf(options);
  if (codings.length === 0) return await readPlain(source, options);
  // The iteration below reports errors; a body that is left before or during it has nobody else to tell.
  source.on('error', () => undefined);
  const received = createMeter(options);
  try {
    const stages = stagesOf(received, codings, options);
    pipeline([source, ...stages], () => undefined);
    return await collect(stages.at(-1) ?? received);
  } catch (error) {
    source.destroy();
    if (error instanceof AppError || error === source.errored) throw error;
    if (received.bytes === 0) return Buffer.alloc(0);
    throw new IntegrationError(`${options.name} answered with a body that cannot be unpacked`, {
      isRetryable: false,
      cause: error,
    });
  }
}

function codingsOf({ encoding = '' }: BodyOptions): string[] {
  return encoding
    .toLowerCase()
    .split(',', maxCodings + 1)
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/** Without stages in between, which cost more than all the rest of a short call. */
function readPlain(source: Readable, { maxBytes, name }: BodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    source.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) source.destroy(tooLarge(name, maxBytes));
      else chunks.push(chunk);
    });
    source.on('error', reject);
    source.on('end', () => resolve(Buffer.concat(chunks)));
    source.on('close', () => {
      if (!source.readableEnded) reject(new Error('the body was left before its end'));
    });
  });
}

function stagesOf(received: Meter, codings: string[], options: BodyOptions): readonly Duplex[] {
  const unpacking = codings.reverse().flatMap((coding) => {
    const create = decoders.get(coding);
    if (create === undefined || codings.length > maxCodings) throw unknownEncoding(options);
    return [create(), createMeter(options)];
  });
  return [received, ...unpacking];
}

interface Meter extends Transform {
  readonly bytes: number;
}

function createMeter({ maxBytes, name }: BodyOptions): Meter {
  return new (class extends Transform {
    bytes = 0;

    override _transform(
      chunk: Buffer,
      _: string,
      done: (error: Error | null, data?: Buffer) => void,
    ): void {
      this.bytes += chunk.length;
      if (this.bytes > maxBytes) done(tooLarge(name, maxBytes));
      else done(null, chunk);
    }
  })();
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function tooLarge(name: string, maxBytes: number): IntegrationError {
  return new IntegrationError(`${name} answered with more than ${String(maxBytes)} bytes`, {
    isRetryable: false,
  });
}

function unknownEncoding({ name, encoding = '' }: BodyOptions): IntegrationError {
  const given = JSON.stringify(encoding.slice(0, 64));
  return new IntegrationError(`${name} answered in an unknown content encoding, ${given}`, {
    isRetryable: false,
  });
}

import { randomUUID } from 'node:crypto';

import type { SentFile, SubgraphRequest } from './port.ts';

/** A body of `multipart/form-data` that is made while it is sent. */
export interface MultipartBody {
  readonly type: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Writes a request with files as the GraphQL multipart request specification has it. */
export function writeMultipart(
  { body, onWaiting }: SubgraphRequest,
  files: readonly SentFile[],
): MultipartBody {
  const boundary = `operandi-${randomUUID()}`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    chunks: write(),
  };

  async function* write(): AsyncGenerator<Buffer> {
    const map = Object.fromEntries(files.map(({ paths }, index) => [index, paths] as const));
    yield Buffer.from(
      `${head('operations')}${jsonType}${body}\r\n${head('map')}${jsonType}${JSON.stringify(map)}\r\n`,
    );
    for (const [index, { file }] of files.entries()) {
      const { filename, type, chunks } = await wait(file.open());
      const named = `${head(String(index))}; filename="${escape(filename)}"`;
      yield Buffer.from(`${named}\r\ncontent-type: ${typeOf(type)}\r\n\r\n`);
      yield* waiting(chunks);
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }

  function head(name: string): string {
    return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`;
  }

  async function* waiting(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const iterator = chunks[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await wait(iterator.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  async function wait<T>(coming: Promise<T>): Promise<T> {
    onWaiting?.(true);
    try {
      return await coming;
    } finally {
      onWaiting?.(false);
    }
  }
}

const jsonType = '\r\ncontent-type: application/json\r\n\r\n';

/** As browsers write names. */
function escape(filename: string): string {
  return filename.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function typeOf(given: string): string {
  return /^[\x20-\x7e]{1,255}$/.test(given) ? given : 'application/octet-stream';
}

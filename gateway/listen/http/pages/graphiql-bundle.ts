import { readFileSync } from 'node:fs';

/** Made by `npm run codegen:graphiql`: an index as one line of JSON, then the files, compressed with Brotli, one after another. */
export const bundlePath = new URL('./_generated/graphiql.bundle', import.meta.url);

export const endOfIndex = '\n';

/** Where the files of GraphiQL are found; the bundle's page names them by it. */
export const staticPath = '/graphiql/static/';

/** GraphiQL as it is served: the page, with places for what is ours, and the files it loads. */
export interface Bundle {
  /** Has the places `{{title}}`, `{{config}}`, `{{content}}` and `{{scripts}}`. */
  readonly html: string;
  readonly files: ReadonlyMap<string, BundledFile>;
}

export interface BundledFile {
  readonly etag: string;
  readonly type: string;
  /** Compressed with Brotli. */
  readonly content: Buffer;
}

/** Reads the bundle, whose parts stay slices of the one buffer. */
export function readBundle(): Bundle {
  const bytes = readFileSync(bundlePath);
  const end = bytes.indexOf(endOfIndex);
  const { html, files } = parseIndex(bytes.toString('utf8', 0, end));
  const found = new Map<string, BundledFile>();
  let offset = end + endOfIndex.length;
  for (const { name, etag, length } of files) {
    const content = bytes.subarray(offset, offset + length);
    found.set(name, { etag, type: typeOf(name), content });
    offset += length;
  }
  return { html, files: found };
}

interface Index {
  readonly html: string;
  readonly files: readonly {
    readonly name: string;
    readonly etag: string;
    readonly length: number;
  }[];
}

/** Written by our own script, so that its shape is known. */
function parseIndex(text: string): Index {
  return JSON.parse(text) as Index;
}

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
};

function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

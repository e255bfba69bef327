import { readFileSync } from 'node:fs';

/** An index as one line of JSON, then the files, compressed with Brotli, one after another. */
export const endOfIndex = '\n';

/** A page as it is served, and the files it loads. */
export interface Bundle {
  /** May have places for what is known only when it is served, e.g. `{{title}}`. */
  readonly html: string;
  readonly files: ReadonlyMap<string, BundledFile>;
}

export interface BundledFile {
  readonly etag: string;
  readonly type: string;
  /** Compressed with Brotli. */
  readonly content: Buffer;
}

/** What a bundle begins with. */
export interface BundleIndex {
  readonly html: string;
  /** SHA-256 over what it was built from, where that is kept here. */
  readonly sources?: string;
  readonly files: readonly {
    readonly name: string;
    readonly etag: string;
    readonly length: number;
  }[];
}

/** Reads a bundle, whose parts stay slices of the one buffer. */
export function readBundle(path: URL): Bundle {
  const bytes = readFileSync(path);
  const { html, files } = indexOf(bytes);
  const found = new Map<string, BundledFile>();
  let offset = bytes.indexOf(endOfIndex) + endOfIndex.length;
  for (const { name, etag, length } of files) {
    const content = bytes.subarray(offset, offset + length);
    found.set(name, { etag, type: typeOf(name), content });
    offset += length;
  }
  return { html, files: found };
}

/** Written by our own scripts, so that its shape is known. */
export function indexOf(bytes: Buffer): BundleIndex {
  return JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(endOfIndex))) as BundleIndex;
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

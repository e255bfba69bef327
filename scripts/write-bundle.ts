import { mkdirSync, writeFileSync } from 'node:fs';

import { type BundleIndex, endOfIndex } from '../gateway/listen/http/pages/file-bundle.ts';

/** A file of a bundle, compressed with Brotli. */
export interface PackedFile {
  readonly name: string;
  readonly etag: string;
  readonly content: Buffer;
}

/** Writes files as the one that the gateway reads them from. */
export function writeBundle(
  path: URL,
  head: Omit<BundleIndex, 'files'>,
  files: readonly PackedFile[],
): void {
  const index: BundleIndex = {
    ...head,
    files: files.map(({ name, etag, content }) => ({ name, etag, length: content.length })),
  };
  mkdirSync(new URL('./', path), { recursive: true });
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from(JSON.stringify(index)),
      Buffer.from(endOfIndex),
      ...files.map(({ content }) => content),
    ]),
  );
}

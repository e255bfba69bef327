import { promisify } from 'node:util';
import { brotliCompress as brotliCallback, constants, gzip as gzipCallback } from 'node:zlib';

import { readWeighted } from '../../kernel/weighted-list.ts';

const brotliCompress = promisify(brotliCallback);
const gzip = promisify(gzipCallback);

/** An answer this small travels in one packet anyway. */
const MIN_BYTES = 1_024;

/** A content coding (RFC 9110, section 8.4.1) that answers can have. */
export type Coding = 'br' | 'gzip';

/** The coding for a client by its Accept-Encoding header; undefined: as it is. */
export function codingFor(acceptEncoding = ''): Coding | undefined {
  const accepted = readWeighted(acceptEncoding)
    .filter(({ quality }) => quality > 0)
    .map(({ name }) => name);
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : undefined;
}

/** Compressed off the event loop, fast rather than small; undefined: not worth it. */
export async function compress(bytes: Buffer, coding: Coding): Promise<Buffer | undefined> {
  if (bytes.length < MIN_BYTES) return undefined;
  if (coding === 'gzip') return gzip(bytes);
  return brotliCompress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

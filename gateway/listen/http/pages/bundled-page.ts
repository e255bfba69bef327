import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

import type { Page } from '../server.ts';
import type { BundledFile } from './file-bundle.ts';

/** Headers of pages that hold scripts of ours. */
const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A page for people, which is asked for anew each time and seldom sent anew. */
export function htmlPage(html: string, contentSecurityPolicy: string): Page {
  return {
    status: 200,
    type: 'text/html',
    body: html,
    headers: {
      etag: `"${sha256(html)}"`,
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy,
      ...pageHeaders,
    },
  };
}

const decompress = promisify(brotliDecompress);

/** A file of a bundle, as the browser takes it. */
export async function filePage(
  file: BundledFile,
  { headers }: IncomingMessage,
  cacheControl: string,
): Promise<Page> {
  const takesBrotli = /\bbr\b/i.test(String(headers['accept-encoding']));
  return {
    status: 200,
    type: file.type,
    body: takesBrotli ? file.content : await decompress(file.content),
    headers: {
      'content-type': file.type,
      ...(takesBrotli && { 'content-encoding': 'br' }),
      etag: file.etag,
      vary: 'accept-encoding',
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
    },
  };
}

/** The page, or that the browser has it already. */
export function unlessKnown(page: Page, { headers }: IncomingMessage): Page {
  const etag = page.headers?.['etag'];
  const known = headers['if-none-match'];
  if (typeof etag !== 'string' || known === undefined || !known.split(/,\s*/).includes(etag))
    return page;
  const cacheControl = page.headers?.['cache-control'] ?? 'no-cache';
  return {
    status: 304,
    type: page.type,
    body: '',
    headers: { etag, 'cache-control': cacheControl },
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

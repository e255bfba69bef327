import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

import type { Page } from '../server.ts';
import { type Bundle, type BundledFile, readBundle, staticPath } from './graphiql-bundle.ts';
import type { FirstQuery } from './first-queries.ts';
import { keyHint, keyHintScript } from './key-hint.ts';

/** Where GraphiQL lives. */
export const graphiqlPath = '/graphiql';

/** A GraphiQL that comes whole from this process and talks to the endpoint of the same origin, subscriptions included. */
export function createGraphiql(
  endpoint: string,
  queries: readonly FirstQuery[],
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  const bundle = readBundle();
  const html = renderHtml(bundle, { endpoint, queries });
  const page: Page = {
    status: 200,
    type: 'text/html',
    body: html,
    headers: {
      etag: etagOf(html),
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurityPolicy(html),
      ...pageHeaders,
    },
  };
  return async ({ pathname }, request) => {
    const isPage = pathname === graphiqlPath || pathname === `${graphiqlPath}/`;
    const found = isPage ? page : await staticPage(bundle, pathname, request);
    return found && unlessKnown(found, request.headers['if-none-match']);
  };
}

const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

interface Served {
  readonly endpoint: string;
  readonly queries: readonly FirstQuery[];
}

function renderHtml({ html }: Bundle, { endpoint, queries }: Served): string {
  const parts: Readonly<Record<string, string>> = {
    title: `<title>GraphiQL · Operandi</title>${icon}`,
    config: configScript({
      // What a key is put into; nobody has to remember the names.
      defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
      initialHeaders: '{\n  "Authorization": "Bearer "\n}',
      defaultQuery: queries[0]?.query ?? '',
      defaultTabs: queries,
      defaultEditorToolsVisibility: 'headers',
      debugTools: [],
      staticPath,
      endpoint,
    }),
    content: keyHint,
    scripts: keyHintScript,
  };
  return html.replace(/\{\{(\w+)\}\}/g, (place, name: string) => parts[name] ?? place);
}

/** The settings of GraphiQL, in the variable where its script looks for them. */
function configScript(config: object): string {
  const json = JSON.stringify(config).replaceAll('<', String.raw`\u003c`);
  return `<script>const RURU_CONFIG = ${json};</script>`;
}

/** Three steps, one done after the other. */
const icon = `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0550ae"/><path d="M3 5h4M6 8h4M9 11h4" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>',
)}" />`;

/** Inline scripts run by their hashes; styles cannot, since the editor makes them as it goes. */
function contentSecurityPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = scripts.map(([, script = '']) => `'sha256-${sha256(script)}'`);
  return [
    `default-src 'none'`,
    `script-src 'self' ${hashes.join(' ')}`,
    `style-src 'self' 'unsafe-inline'`,
    `worker-src 'self'`,
    `connect-src 'self'`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

const decompress = promisify(brotliDecompress);

async function staticPage(
  { files }: Bundle,
  pathname: string,
  { headers }: IncomingMessage,
): Promise<Page | undefined> {
  if (!pathname.startsWith(staticPath)) return undefined;
  const file = files.get(pathname.slice(staticPath.length));
  if (file === undefined) return undefined;
  const takesBrotli = /\bbr\b/i.test(String(headers['accept-encoding']));
  return {
    status: 200,
    type: file.type,
    body: takesBrotli ? file.content : await decompress(file.content),
    headers: fileHeaders(file, takesBrotli),
  };
}

function fileHeaders({ type, etag }: BundledFile, isBrotli: boolean): Record<string, string> {
  return {
    'content-type': type,
    ...(isBrotli && { 'content-encoding': 'br' }),
    etag,
    vary: 'accept-encoding',
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  };
}

function unlessKnown(page: Page, known: string | undefined): Page {
  const etag = page.headers?.['etag'];
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

function etagOf(text: string): string {
  return `"${sha256(text)}"`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { ruruHTML } from 'ruru/server';
import { getStaticFile } from 'ruru/static';

import type { Page } from '../server.ts';
import { keyHint, keyHintScript } from './key-hint.ts';

/** Where GraphiQL lives. */
export const graphiqlPath = '/graphiql';

const staticPath = `${graphiqlPath}/static/`;

/** A GraphiQL that comes whole from this process and talks to the endpoint of the same origin, subscriptions included. */
export function createGraphiql(
  endpoint: string,
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  const html = renderHtml(endpoint);
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
    const found = isPage ? page : await staticPage(pathname, request);
    return found && unlessKnown(found, request.headers['if-none-match']);
  };
}

const pageHeaders = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

function renderHtml(endpoint: string): string {
  return ruruHTML({
    endpoint,
    staticPath,
    htmlParts: {
      titleTag: '<title>GraphiQL · Operandi</title><link rel="icon" href="data:," />',
      bodyContent: (content) => `${content}${keyHint}`,
      bodyScripts: (scripts) => `${scripts}${keyHintScript}`,
    },
    clientConfig: {
      // What a key is put into; nobody has to remember the names.
      defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
      initialHeaders: '{\n  "Authorization": "Bearer "\n}',
      defaultQuery: welcome,
      debugTools: [],
    },
  });
}

const welcome = `# Put an API key behind "Bearer" in the Headers
# tab below, or send it as "X-Api-Key".
# Subscriptions send the same headers.

query Welcome {
  __typename
}
`;

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

async function staticPage(
  pathname: string,
  { headers }: IncomingMessage,
): Promise<Page | undefined> {
  if (!pathname.startsWith(staticPath) || pathname.endsWith('.map')) return undefined;
  const file = await getStaticFile({
    staticPath,
    urlPath: pathname,
    acceptEncoding: headers['accept-encoding'],
    disallowDevAssets: true,
  });
  if (file === null) return undefined;
  return {
    status: 200,
    type: file.headers['content-type'] ?? 'application/octet-stream',
    body: file.content,
    headers: {
      ...file.headers,
      vary: 'accept-encoding',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    },
  };
}

function unlessKnown(page: Page, known: string | undefined): Page {
  const etag = page.headers?.['etag'];
  if (etag === undefined || known === undefined || !known.split(/,\s*/).includes(etag)) return page;
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

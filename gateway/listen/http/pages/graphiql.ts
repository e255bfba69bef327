import type { IncomingMessage } from 'node:http';

import type { Page } from '../server.ts';
import { filePage, htmlPage, sha256, unlessKnown } from './bundled-page.ts';
import { type Bundle, readBundle } from './file-bundle.ts';
import type { FirstQuery } from './first-queries.ts';
import { bundlePath, staticPath } from './graphiql-bundle.ts';
import { keyHint, keyHintScript } from './key-hint.ts';

/** Where GraphiQL lives. */
export const graphiqlPath = '/graphiql';

/** A GraphiQL that comes whole from this process and talks to the endpoint of the same origin, subscriptions included. */
export function createGraphiql(
  endpoint: string,
  queries: readonly FirstQuery[],
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  const bundle = readBundle(bundlePath);
  const html = renderHtml(bundle, { endpoint, queries });
  const page = htmlPage(html, contentSecurityPolicy(html));
  return async ({ pathname }, request) => {
    const isPage = pathname === graphiqlPath || pathname === `${graphiqlPath}/`;
    const found = isPage ? page : await staticPage(bundle, pathname, request);
    return found && unlessKnown(found, request);
  };
}

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

async function staticPage(
  { files }: Bundle,
  pathname: string,
  request: IncomingMessage,
): Promise<Page | undefined> {
  if (!pathname.startsWith(staticPath)) return undefined;
  const file = files.get(pathname.slice(staticPath.length));
  return file && filePage(file, request, 'public, max-age=3600');
}

import type { IncomingMessage } from 'node:http';

import { escapeMarkup } from '../../../kernel/markup.ts';
import { filePage, htmlPage, unlessKnown } from '../../listen/http/pages/bundled-page.ts';
import { readBundle } from '../../listen/http/pages/file-bundle.ts';
import type { Page } from '../../listen/http/server.ts';
import { consoleBundle } from './console-bundle.ts';

/** Where the console lives. */
export const consolePath = '/console';

const assetsPath = `${consolePath}/assets/`;

// Nothing inline, nothing from elsewhere, and no text that becomes a script.
const contentSecurityPolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `connect-src 'self'`,
  `img-src 'self' data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ');

/** The console, whole from this process; undefined for other paths. `endpoint` is where it asks on the same host. */
export function createConsole(
  endpoint: string,
): (url: URL, request: IncomingMessage) => Promise<Page | undefined> {
  // Read when somebody comes: most gateways of an installation never show it.
  let served: ReturnType<typeof load> | undefined;
  return async ({ pathname }, request) => {
    if (pathname !== consolePath && !pathname.startsWith(`${consolePath}/`)) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
    served ??= load(endpoint);
    const { page, files } = served;
    // Every address of the console is the one page, which reads the address itself.
    if (!pathname.startsWith(assetsPath)) return unlessKnown(page, request);
    const file = files.get(pathname.slice(assetsPath.length));
    // Their names change with what they hold.
    return (
      file &&
      unlessKnown(await filePage(file, request, 'public, max-age=31536000, immutable'), request)
    );
  };
}

function load(endpoint: string) {
  const { html, files } = readBundle(consoleBundle);
  const page = htmlPage(
    html.replaceAll('{{endpoint}}', escapeMarkup(endpoint)),
    contentSecurityPolicy,
  );
  return { page, files };
}

import type { IncomingMessage } from 'node:http';

import { escapeMarkup } from '../../../../kernel/markup.ts';
import type { GatewayConfig } from '../../../config/config.ts';
import type { Page } from '../server.ts';
import { graphiqlPath } from './graphiql.ts';
import { hasGraphiql } from './has-graphiql.ts';

/** What a browser sees at the root and at the endpoint: what this is and how to ask. Needs nothing from elsewhere. */
export function landingPage(request: IncomingMessage, config: GatewayConfig): Page {
  const origin = originOf(request);
  const endpoint = escapeMarkup(`${origin}${config.server.path}`);
  const socket = endpoint.replace(/^http/, 'ws');
  const graphiql = hasGraphiql(config)
    ? `<li><a href="${graphiqlPath}">GraphiQL</a>: write queries in the browser, subscriptions included</li>`
    : '';
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Operandi · GraphQL gateway</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<main>
<h1>Operandi</h1>
<p>This is a GraphQL gateway. It is up and takes questions here:</p>
<dl>
<dt>Queries and mutations</dt><dd><code>POST ${endpoint}</code></dd>
<dt>Subscriptions</dt><dd><code>${socket}</code>, subprotocol <code>graphql-transport-ws</code>; or <code>POST</code> with <code>accept: text/event-stream</code></dd>
</dl>
<h2>Look around</h2>
<ul>
${graphiql}
<li><a href="/health/ready">Readiness</a> and <a href="/health/live">liveness</a></li>
<li><a href="/metrics">Metrics</a> for Prometheus</li>
</ul>
<h2>Ask from a shell</h2>
<pre tabindex="0" aria-label="Example with curl"><code>curl ${endpoint} \\
  -H 'content-type: application/json' \\
  -H "authorization: Bearer $OPERANDI_API_KEY" \\
  -d '{"query":"{ __typename }"}'</code></pre>
</main>
</body>
</html>
`;
  return { status: 200, type: 'text/html', body, headers: pageHeaders };
}

const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  // The page names the host it was asked at, and is not what programs get at the same address.
  vary: 'accept, host',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const styles = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --back: #fff; --box: #f3f4f6; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9aa4af; --back: #0d1117; --box: #1b222b; --link: #79b8ff; }
}
body { font: 16px/1.6 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0; }
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; }
dt { color: var(--quiet); margin-top: .8rem; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .92em/1.5 ui-monospace, monospace; background: var(--box); padding: .1em .35em; border-radius: 4px; }
pre { background: var(--box); padding: 1rem; border-radius: 8px; overflow: auto; }
pre code { padding: 0; }
ul { padding-left: 1.2rem; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

function originOf({ headers, socket }: IncomingMessage): string {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  return `${scheme}://${headers.host ?? 'localhost'}`;
}

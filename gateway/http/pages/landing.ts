import type { Page } from '../server.ts';

/** What a browser sees at the endpoint: what this is and how to ask. Needs nothing from elsewhere. */
export function landingPage(path: string): Page {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>GraphQL gateway</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
pre { background: #f3f3f3; color: #111; padding: 1rem; overflow: auto; }
</style>
<h1>GraphQL gateway</h1>
<p>Send queries as <code>POST ${path}</code>, subscriptions over WebSocket (<code>graphql-transport-ws</code>) at the same path.</p>
<pre>curl -s http://…${path} -H 'content-type: application/json' \\
  -d '{"query":"{ __typename }"}'</pre>
<p><a href="/health/ready">Health</a> · <a href="/metrics">Metrics</a></p>
</html>
`;
  return { status: 200, type: 'text/html', body };
}

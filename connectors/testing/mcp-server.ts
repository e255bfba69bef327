import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createServer as createEverything } from '@modelcontextprotocol/server-everything/dist/server/index.js';

export const mcpToken = 'canary-good-token';

export interface McpServer extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Methods that were asked for. */
  readonly asked: string[];
  /** Ends all sessions, as a restart does. */
  forget(): Promise<void>;
}

/** The reference server of MCP with all of its tools, over Streamable HTTP, for one token. */
export async function openMcpServer(): Promise<McpServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const asked: string[] = [];
  const forget = async (): Promise<void> => {
    for (const transport of sessions.values()) await transport.close();
    sessions.clear();
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization = 'nobody' } = request.headers;
    if (authorization !== `Bearer ${mcpToken}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: `not ${authorization}` }));
      return;
    }
    const body = await bodyOf(request);
    asked.push(body.method);
    const id = request.headers['mcp-session-id'];
    if (id !== undefined) {
      const transport = typeof id === 'string' ? sessions.get(id) : undefined;
      if (transport === undefined) response.writeHead(404).end();
      else await transport.handleRequest(request, response, body);
      return;
    }
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (session) => void sessions.set(session, transport),
    });
    await createEverything().server.connect(transport);
    await transport.handleRequest(request, response, body);
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    endpoint: { host: '127.0.0.1', port },
    asked,
    forget,
    async [Symbol.asyncDispose]() {
      await forget();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<{ readonly method: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as { readonly method: string };
}

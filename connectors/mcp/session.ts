import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { IntegrationError } from '../errors.ts';
import type { Rpc } from '../json-rpc/rpc.ts';

/** A session with a server, and the tools that it has in it. */
export interface McpSession {
  /** Sent with each request of the session. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tools: readonly JsonObject[];
}

const protocolVersion = '2025-06-18';
/** Versions whose messages are read here. */
const known: ReadonlySet<string> = new Set([
  '2024-11-05',
  '2025-03-26',
  protocolVersion,
  '2025-11-25',
]);
const maxPages = 20;

/** Begins a session and asks for the tools. What the server says about itself and wants the client to do is not read. */
export async function openSession(rpc: Rpc): Promise<McpSession> {
  const headers = await begin(rpc, { protocolVersion, clientInfo: self });
  return { headers, tools: await listTools(rpc, headers) };
}

const self = { name: 'operandi', version: '1' };

/** Who says hello, and in which version. */
interface Greeting {
  readonly protocolVersion: string;
  readonly clientInfo: { readonly name: string; readonly version: string };
}

/** Says hello; what is sent with each request from then on. */
export async function begin(rpc: Rpc, greeting: Greeting): Promise<McpSession['headers']> {
  const params = { ...greeting, capabilities: {} };
  const { result, sessionId: id } = await rpc.ask({ method: 'initialize', params, isSafe: true });
  const version = result['protocolVersion'];
  if (typeof version !== 'string' || !known.has(version))
    throw new IntegrationError(`${rpc.name} speaks a version of MCP that is not known here`, {
      isRetryable: false,
    });
  const headers = {
    'mcp-protocol-version': version,
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
  await rpc.tell({ method: 'notifications/initialized', session: headers, isSafe: true });
  return headers;
}

async function listTools(rpc: Rpc, session: McpSession['headers']): Promise<readonly JsonObject[]> {
  const tools: JsonObject[] = [];
  let cursor: JsonValue | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { result } = await rpc.ask({ method: 'tools/list', params, session, isSafe: true });
    const found = result['tools'];
    if (Array.isArray(found)) tools.push(...(found as readonly JsonValue[]).filter(isJsonObject));
    cursor = result['nextCursor'];
    if (typeof cursor !== 'string') return tools;
  }
  throw new IntegrationError(`${rpc.name} has more than ${String(maxPages)} pages of tools`, {
    isRetryable: false,
  });
}

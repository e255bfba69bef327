import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { IntegrationError } from '../errors.ts';
import { ask, type McpLine, tell } from './rpc.ts';

/** A session with a server, and the tools that it has in it. */
export interface McpSession {
  /** Sent with each request of the session. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tools: readonly JsonObject[];
}

const protocolVersion = '2025-06-18';
/** Versions whose messages are read here. */
const known: ReadonlySet<string> = new Set(['2025-03-26', protocolVersion, '2025-11-25']);
const maxPages = 20;

/** Begins a session and asks for the tools. What the server says about itself and wants the client to do is not read. */
export async function openSession(line: McpLine): Promise<McpSession> {
  const params = {
    ...{ protocolVersion, capabilities: {} },
    clientInfo: { name: 'operandi', version: '1' },
  };
  const { result, response } = await ask(line, { method: 'initialize', params, isSafe: true });
  const version = result['protocolVersion'];
  if (typeof version !== 'string' || !known.has(version))
    throw new IntegrationError(`${line.name} speaks a version of MCP that is not known here`, {
      isRetryable: false,
    });
  const id = response.headers['mcp-session-id'];
  const headers = {
    'mcp-protocol-version': version,
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
  await tell(line, { method: 'notifications/initialized', session: headers, isSafe: true });
  return { headers, tools: await listTools(line, headers) };
}

async function listTools(
  line: McpLine,
  session: McpSession['headers'],
): Promise<readonly JsonObject[]> {
  const tools: JsonObject[] = [];
  let cursor: JsonValue | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const { result } = await ask(line, { method: 'tools/list', params, session, isSafe: true });
    const found = result['tools'];
    if (Array.isArray(found)) tools.push(...(found as readonly JsonValue[]).filter(isJsonObject));
    cursor = result['nextCursor'];
    if (typeof cursor !== 'string') return tools;
  }
  throw new IntegrationError(`${line.name} has more than ${String(maxPages)} pages of tools`, {
    isRetryable: false,
  });
}

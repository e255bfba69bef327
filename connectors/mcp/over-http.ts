import { type Cache, createCache } from '../../kernel/cache.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { CallContext, TypedCall } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import type { RequestCredential } from '../parts/request-credential.ts';
import type { McpConfig } from './config.ts';
import { type HttpLine, type LineServices, lineTo, overHttp } from '../json-rpc/http-line.ts';
import { digestOf, digestsOf } from './pinned-tools.ts';
import type { Rpc, RpcAnswer } from '../json-rpc/rpc.ts';
import { openSession } from './session.ts';
import { askedOf, changed } from './tool-result.ts';
import type { Owned, ToolCall, Tools } from './tools.ts';

/** A session that goes on, and the tools of it by what they are. */
interface Known {
  readonly headers: Readonly<Record<string, string>>;
  readonly digests: ReadonlyMap<string, string>;
}

/** After that a server is asked anew which tools it has. */
const sessionMs = 60_000;

/** The tools of servers that answer by Streamable HTTP. */
export function createHttpTools(services: LineServices): Tools {
  const sessions = createCache<Known>({ max: 500, ttlMs: sessionMs });
  return {
    async list(owned, context) {
      const { tools } = await openSession(overHttp(lineOf(services, owned, context)));
      return tools;
    },
    async call(called) {
      const line = lineOf(services, called.call, called.context);
      const answer = await callTool(sessions, overHttp(line), called);
      return { reader: line, answer };
    },
  };
}

function lineOf(
  services: LineServices,
  { config, credential }: Owned,
  context: CallContext,
): HttpLine {
  const { url = '', headers, limits } = config;
  return lineTo(services, { url, headers, limits, credential }, context);
}

/** Sessions are of one tenant, integration, configuration and credential, the secret by its digest. */
function sessionKey(
  { config, credential }: TypedCall<McpConfig, RequestCredential>,
  { tenantId, integrationId, credentialVersion }: CallContext,
): string {
  return sha256Hex(
    JSON.stringify([tenantId, integrationId, credentialVersion, config, credential]),
  );
}

/** Calls in the session that is kept, or in a new one; a server that has forgotten a session (404) has done nothing. */
async function callTool(sessions: Cache<Known>, rpc: Rpc, called: ToolCall): Promise<RpcAnswer> {
  const { call, tool, context } = called;
  const key = sessionKey(call, context);
  const kept = sessions.get(key);
  const session = kept ?? (await begin(sessions, rpc, key));
  if (session.digests.get(tool.name) !== digestOf(tool)) throw changed(tool, context);
  try {
    return await askTool(rpc, called, session);
  } catch (error) {
    sessions.delete(key);
    const isForgotten = error instanceof IntegrationError && error.status === 404;
    if (kept === undefined || !isForgotten) throw error;
    return await callTool(sessions, rpc, called);
  }
}

// Each caller begins its own: one that leaves takes no other along.
async function begin(sessions: Cache<Known>, rpc: Rpc, key: string): Promise<Known> {
  const { headers, tools } = await openSession(rpc);
  const session = { headers, digests: digestsOf(tools) };
  sessions.set(key, session);
  return session;
}

function askTool(rpc: Rpc, { call, tool, context }: ToolCall, session: Known): Promise<RpcAnswer> {
  return rpc.ask({
    method: 'tools/call',
    params: askedOf(tool, call.arguments, context),
    session: session.headers,
    isSafe: call.config.readOnly.includes(tool.name),
  });
}

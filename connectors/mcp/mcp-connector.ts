import { type Cache, createCache } from '../../kernel/cache.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import {
  type CallContext,
  type CallResult,
  type Connector,
  defineConnector,
  type TypedCall,
} from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { check, checkArguments } from '../parts/check-arguments.ts';
import { connectionOf, timesOf } from '../parts/limits.ts';
import type { ProofServices } from '../parts/proof.ts';
import {
  proofOf,
  type RequestCredential,
  requestCredentialSchema as credentialSchema,
} from '../parts/request-credential.ts';
import { headerSecrets, secretHeaders } from '../parts/secret-headers.ts';
import type { CompileSchema } from '../ports.ts';
import { configSchema, type McpConfig, type McpTool } from './config.ts';
import { digestOf, digestsOf, namedTools, pin } from './pinned-tools.ts';
import { ask, hide, type McpLine, type RpcAnswer } from './rpc.ts';
import { openSession } from './session.ts';

interface McpServices extends ProofServices {
  readonly compileSchema: CompileSchema;
}

/** A session that goes on, and the tools of it by what they are. */
interface Known {
  readonly headers: Readonly<Record<string, string>>;
  readonly digests: ReadonlyMap<string, string>;
}

/** After that a server is asked anew which tools it has. */
const sessionMs = 60_000;

/** Kind `mcp`: operations are the tools of a server of the Model Context Protocol, as somebody has looked at them. */
export function createMcpConnector(services: McpServices): Connector {
  const { compileSchema } = services;
  const sessions = createCache<Known>({ max: 500, ttlMs: sessionMs });
  return defineConnector<McpConfig, RequestCredential>({
    kind: 'mcp',
    description:
      'A server of the Model Context Protocol over Streamable HTTP: its tools, as pinned.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    consent: services.consent,
    destinationOf: ({ url }) => new URL(url).origin,
    operations: (config) =>
      namedTools(config).map(({ name, tool }) => ({
        name,
        description: tool.description,
        arguments: { ...(tool.inputSchema as JsonObject), type: 'object' },
        result: resultSchema(tool),
        isBatched: false,
      })),
    async invoke(call, context) {
      const found = namedTools(call.config).find(({ name }) => name === call.operation);
      if (found === undefined)
        throw new NotFoundError(`Operation of ${context.integrationName}`, call.operation);
      const { tool } = found;
      checkArguments(compileSchema, tool.inputSchema, call.arguments);
      const line = lineOf(services, call, context);
      const answer = await callTool(sessions, line, { call, tool, context });
      return resultOf(compileSchema, { line, tool, answer });
    },
    async testConnection(config, credential, context) {
      const startedAt = performance.now();
      const { tools } = await openSession(lineOf(services, { config, credential }, context));
      const durationMs = Math.round(performance.now() - startedAt);
      return { isReachable: true, message: `has ${String(tools.length)} tools`, durationMs };
    },
    async discover(config, credential, context) {
      const { tools } = await openSession(lineOf(services, { config, credential }, context));
      return { tools: pin(tools, config.allow) };
    },
  });
}

function resultSchema({ outputSchema }: McpTool): JsonObject {
  const structured = outputSchema as JsonObject | undefined;
  return {
    type: 'object',
    properties: {
      content: { type: 'array', items: { type: 'object' } },
      ...(structured === undefined ? {} : { structured }),
    },
  };
}

type Owned = Pick<TypedCall<McpConfig, RequestCredential>, 'config' | 'credential'>;

function lineOf(
  services: McpServices,
  { config, credential }: Owned,
  context: CallContext,
): McpLine {
  const { url, limits } = config;
  const own = Object.entries(config.headers ?? {});
  const proof = proofOf(services, credential, context);
  const { texts } = secretHeaders(config.headers ?? {});
  const { integrationName: name, signal } = context;
  return {
    ...{ egress: services.egress, url, name, signal },
    connection: connectionOf(limits, context, proof),
    headers: {
      ...Object.fromEntries(own.map(([header, value]) => [header.toLowerCase(), value])),
      ...proof.headers,
    },
    authorization: proof.authorization,
    // Grows by the tokens that go out.
    get secrets() {
      return [...proof.secrets, ...texts];
    },
    times: () => timesOf(limits, context),
  };
}

/** Sessions are of one tenant, integration, configuration and credential, the secret by its digest. */
function sessionKey({ config, credential }: Owned, context: CallContext): string {
  const { tenantId, integrationId, credentialVersion } = context;
  return sha256Hex(
    JSON.stringify([tenantId, integrationId, credentialVersion, config, credential]),
  );
}

interface ToolCall {
  readonly call: TypedCall<McpConfig, RequestCredential>;
  readonly tool: McpTool;
  readonly context: CallContext;
}

/** Calls in the session that is kept, or in a new one; a server that has forgotten a session (404) has done nothing. */
async function callTool(
  sessions: Cache<Known>,
  line: McpLine,
  called: ToolCall,
): Promise<RpcAnswer> {
  const { call, tool, context } = called;
  const key = sessionKey(call, context);
  const kept = sessions.get(key);
  const session = kept ?? (await begin(sessions, line, key));
  if (session.digests.get(tool.name) !== digestOf(tool)) throw changed(tool, context);
  try {
    return await askTool(line, called, session);
  } catch (error) {
    sessions.delete(key);
    const isForgotten = error instanceof IntegrationError && error.status === 404;
    if (kept === undefined || !isForgotten) throw error;
    return await callTool(sessions, line, called);
  }
}

// Each caller begins its own: one that leaves takes no other along.
async function begin(sessions: Cache<Known>, line: McpLine, key: string): Promise<Known> {
  const { headers, tools } = await openSession(line);
  const session = { headers, digests: digestsOf(tools) };
  sessions.set(key, session);
  return session;
}

function askTool(
  line: McpLine,
  { call, tool, context: { idempotencyKey } }: ToolCall,
  session: Known,
): Promise<RpcAnswer> {
  const given = Object.entries(call.arguments).filter(([, value]) => value !== null);
  const key = idempotencyKey === undefined ? {} : { 'operandi/idempotency-key': idempotencyKey };
  return ask(line, {
    method: 'tools/call',
    params: { name: tool.name, arguments: Object.fromEntries(given), _meta: key },
    session: session.headers,
    isSafe: call.config.readOnly.includes(tool.name),
  });
}

function changed({ name }: McpTool, { integrationName }: CallContext): IntegrationError {
  return new IntegrationError(
    `${integrationName} has changed its tool ${cutText(name, 64)} since it was looked at; look at it and discover it again`,
    { isRetryable: false, attempts: 0 },
  );
}

interface Answered {
  readonly line: McpLine;
  readonly tool: McpTool;
  readonly answer: RpcAnswer;
}

/** What a tool says is data; an error that it tells of fails the call. */
function resultOf(
  compileSchema: CompileSchema,
  { line, tool, answer: { result, response } }: Answered,
): CallResult {
  const { status, attempts, durationMs } = response;
  const { content = [], structuredContent, isError } = result;
  if (isError === true) throw toolError(line, { content, status, attempts });
  const fault = faultOf(compileSchema, tool, structuredContent);
  if (fault !== undefined)
    throw new IntegrationError(
      `${line.name} answered ${tool.name} with something else than it says: ${fault}`,
      {
        ...{ status, attempts, isRetryable: false },
      },
    );
  const structured = structuredContent === undefined ? {} : { structured: structuredContent };
  const value = { content, ...structured };
  return { value, status, attempts, durationMs, batch: undefined };
}

function faultOf(
  compileSchema: CompileSchema,
  { outputSchema }: McpTool,
  structured: JsonValue | undefined,
): string | undefined {
  if (outputSchema === undefined) return undefined;
  if (structured === undefined) return 'nothing structured';
  const [fault] = check(compileSchema, outputSchema, structured);
  return fault === undefined ? undefined : cutText(`${fault.path} ${fault.message}`, 300);
}

interface Failed {
  readonly content: JsonValue;
  readonly status: number;
  readonly attempts: number;
}

function toolError(line: McpLine, { content, status, attempts }: Failed): IntegrationError {
  const parts = Array.isArray(content) ? (content as readonly JsonValue[]) : [];
  const texts = parts.flatMap((part) =>
    isJsonObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
  );
  const text = hide(line, texts.join(' '));
  return new IntegrationError(`${line.name} answered with an error: ${cutText(text, 300)}`, {
    ...{ status, attempts, isRetryable: false },
    answer: { statusCode: status, headers: {}, content: cutText(text, 16_000) },
  });
}

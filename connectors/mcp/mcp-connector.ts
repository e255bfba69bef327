import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { type Connector, defineConnector } from '../connector.ts';
import { checkArguments } from '../parts/check-arguments.ts';
import type { Egress } from '../egress/egress.ts';
import type { ProofServices } from '../parts/proof.ts';
import {
  type RequestCredential,
  requestCredentialSchema as credentialSchema,
} from '../parts/request-credential.ts';
import { headerSecrets } from '../parts/secret-headers.ts';
import type { CompileSchema } from '../ports.ts';
import { configSchema, type McpConfig, type McpTool } from './config.ts';
import { createHttpTools } from './over-http.ts';
import { createStdioTools } from './over-stdio.ts';
import { namedTools, pin } from './pinned-tools.ts';
import type { Programs } from './stdio/programs.ts';
import { resultOf } from './tool-result.ts';
import type { Tools } from './tools.ts';

interface McpServices extends ProofServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
  readonly programs: Programs;
}

/** Kind `mcp`: operations are the tools of a server of the Model Context Protocol, as somebody has looked at them. */
export function createMcpConnector(services: McpServices): Connector {
  const { compileSchema, programs } = services;
  const [http, stdio] = [createHttpTools(services), createStdioTools(services)];
  const toolsOf = ({ server }: McpConfig): Tools => (server === undefined ? http : stdio);
  return defineConnector<McpConfig, RequestCredential>({
    kind: 'mcp',
    description:
      'A server of the Model Context Protocol, over Streamable HTTP or as a program of the operator: its tools, as pinned.',
    configSchema,
    credentialSchema,
    secrets: headerSecrets,
    consent: services.consent,
    problems: ({ server }) => serverProblems(programs, server),
    destinationOf: ({ url, server }) =>
      server === undefined ? new URL(url ?? '').origin : `stdio:${server}`,
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
      const { reader, answer } = await toolsOf(call.config).call({ call, tool, context });
      return resultOf(compileSchema, { reader, tool, answer });
    },
    async testConnection(config, credential, context) {
      const startedAt = performance.now();
      const tools = await toolsOf(config).list({ config, credential }, context);
      const durationMs = Math.round(performance.now() - startedAt);
      return { isReachable: true, message: `has ${String(tools.length)} tools`, durationMs };
    },
    async discover(config, credential, context) {
      const tools = await toolsOf(config).list({ config, credential }, context);
      return { tools: pin(tools, config.allow) };
    },
  });
}

function serverProblems(programs: Programs, server: string | undefined) {
  if (server === undefined || programs.names().includes(server)) return [];
  const known = programs.names();
  const there = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`;
  const message = `the operator has set up no server of this name (OPERANDI_MCP_SERVERS); ${there}`;
  return [{ field: 'server', message }];
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

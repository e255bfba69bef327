import { isJsonObject, type JsonObject } from '../../../kernel/json.ts';
import { openTrial } from '../connector-trial.ts';
import { mcpToken, openMcpServer } from '../../../connectors/testing/mcp-server.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

export async function openMcp(): Promise<Subject> {
  const server = await openMcpServer();
  const { host, port } = server.endpoint;
  const credential = { type: 'bearer', token: mcpToken };
  const config: JsonObject = { url: `http://${host}:${String(port)}/mcp`, readOnly: ['echo'] };
  await using trial = openTrial({
    ...{ kind: 'mcp', config, credential, allow: [`${host}:${String(port)}`] },
  });
  const found = await trial.connector.discover?.(config, trial.context());
  const tools = isJsonObject(found) ? (found['tools'] ?? []) : [];
  return {
    kind: 'mcp',
    endpoint: server.endpoint,
    configFor: (endpoint) => ({
      url: `http://${endpoint.host}:${String(endpoint.port)}/mcp`,
      ...{ tools, readOnly: ['echo'] },
    }),
    discovery: {
      configFor: (endpoint) => ({ url: `http://${endpoint.host}:${String(endpoint.port)}/mcp` }),
    },
    credential,
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: [mcpToken, 'canary-bad-token'],
    reading: {
      operation: 'echo',
      arguments: { message: 'hello' },
      value: { content: [{ type: 'text', text: 'Echo: hello' }] },
    },
    writing: { operation: 'get_sum', arguments: { a: 1, b: 2 }, actsOn: 'tools/call' },
    badArguments: {
      'arguments.message': {},
    },
    badConfigs: {
      url: { url: 'stdio:server' },
      'tools.0.inputSchema': { tools: [{ name: 'a' }] },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

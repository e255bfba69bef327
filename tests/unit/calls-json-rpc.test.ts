import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { agentToken, openAgents } from '../../connectors/testing/a2a-agents.ts';
import { json, type Loopback, openLoopback, type Seen } from '../../connectors/testing/loopback.ts';
import { createPrograms } from '../../connectors/mcp/stdio/programs.ts';
import { mcpToken, openMcpServer } from '../../connectors/testing/mcp-server.ts';
import { createWorkflowMcp } from '../../connectors/workflow-mcp/workflow-mcp.ts';
import { createWorkflowHttp } from '../../connectors/workflow-http/workflow-http.ts';
import { parseToolServers } from '../../kernel/config/tool-servers.ts';
import { definitionOf, runJob } from '../../engine/testing/run-job.ts';
import { processSettings } from '../support/process-settings.ts';
import { toWorkflowError } from '../../worker/to-workflow-error.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** Runs a definition whose requests go out over HTTP, as those of a worker do. */
async function run(task: string, allow: string, secrets = {}) {
  const egress = createEgress({ allow: [allow] });
  opened.push(egress);
  const http = createWorkflowHttp({ egress });
  const names = Object.keys(secrets);
  const use = names.length === 0 ? '' : `use: { secrets: [${names.join(', ')}] }\n`;
  const { outcome, journal } = await runJob(`${use}do: [{ ask: ${task} }]`, {
    script: {
      secrets,
      async call({ kind, with: request }, { signal, task: at }) {
        const context = { tenantId: 'tenant-1', signal };
        const work =
          kind === 'http' ? http.call(request, context) : http.fetchResource(request, context);
        return await work.catch((error: unknown) => {
          throw toWorkflowError(error, { task: at });
        });
      },
    },
  });
  return { outcome, journal };
}

describe('call mcp', () => {
  const task = (host: string, model: string): string =>
    `{ call: mcp, with: { ${model}, transport: { http: { endpoint: { uri: 'http://${host}/mcp', authentication: { bearer: { token: '\${ $secrets.tools }' } } } } } } }`;

  async function ask(model: string, token = mcpToken) {
    const server = await openMcpServer();
    opened.push(server);
    const host = `${server.endpoint.host}:${String(server.endpoint.port)}`;
    return await run(task(host, model), host, { tools: token });
  }

  it('calls a tool of a server over HTTP, as one effect', async () => {
    const { outcome, journal } = await ask(
      "method: tools/call, parameters: { name: echo, arguments: { message: 'hello' } }",
    );
    expect(outcome).toMatchObject({
      state: 'completed',
      output: { content: [{ type: 'text', text: 'Echo: hello' }] },
    });
    expect(JSON.stringify(journal)).not.toContain('protocolVersion');
  });

  it('lists what a server has', async () => {
    const { outcome } = await ask('method: tools/list');
    expect(JSON.stringify(outcome)).toContain('"name":"echo"');
    const resources = await ask('method: resources/list');
    expect(resources.outcome).toMatchObject({ state: 'completed' });
  });

  it('fails where the server refuses, with what it says', async () => {
    const wrong = await ask('method: tools/list', 'wrong');
    expect(wrong.outcome).toMatchObject({ state: 'faulted', error: { status: 401 } });
    const missing = await ask("method: tools/call, parameters: { name: 'no-such-tool' }");
    expect(missing.outcome).toMatchObject({ state: 'faulted' });
    expect(JSON.stringify(missing.outcome)).toContain('/errors/communication');
  });
});

describe('call mcp of a program', () => {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const program = `${packages}/@modelcontextprotocol/server-everything/dist/index.js`;
  const everything = { command: process.execPath, arguments: [program, 'stdio'] };
  // Isolation is tested where programs are.
  const settings = { ...processSettings, isolation: 'unsafe' } as const;

  async function ask(model: string, server = 'notes') {
    const servers = parseToolServers(JSON.stringify({ notes: everything }));
    const programs = createPrograms({ servers, settings, most: 4 });
    const egress = createEgress();
    opened.push(egress);
    const limits = { timeoutMs: 20_000, concurrency: 4 };
    const mcp = createWorkflowMcp({ egress, programs, limits });
    const task = `{ call: mcp, with: { ${model}, transport: { stdio: { command: ${server} } } } }`;
    const { outcome, journal } = await runJob(
      definitionOf(`do: [{ ask: ${task} }]`, { allow: { mcpServers: [server] } }),
      {
        script: {
          async call({ with: request }, { signal, task: at }) {
            return await mcp
              .call(request, { tenantId: 'tenant-1', signal })
              .catch((error: unknown) => {
                throw toWorkflowError(error, { task: at });
              });
          },
        },
      },
    );
    return { outcome, journal };
  }

  it('calls a tool of the reference server over its standard streams, as one effect', async () => {
    const { outcome, journal } = await ask(
      "method: tools/call, parameters: { name: echo, arguments: { message: 'hello' } }",
    );
    expect(outcome).toMatchObject({
      state: 'completed',
      output: { content: [{ type: 'text', text: 'Echo: hello' }] },
    });
    expect(JSON.stringify(journal)).not.toContain('protocolVersion');
  });

  it('fails where a tool tells of an error, the server refuses, or nobody has set it up', async () => {
    const wrong = await ask('method: tools/call, parameters: { name: echo, arguments: {} }');
    expect(wrong.outcome).toMatchObject({ state: 'faulted', error: { status: 500 } });
    const unknown = await ask("method: prompts/get, parameters: { name: 'no-such' }");
    expect(JSON.stringify(unknown.outcome)).toContain('notes refused: ');
    const nobody = await ask('method: tools/list', 'sh');
    expect(JSON.stringify(nobody.outcome)).toContain('/errors/configuration');
  });

  it('ends when the time of the call is over', async () => {
    const model =
      'method: tools/call, parameters: { name: trigger-long-running-operation, arguments: { duration: 60 } }';
    const { outcome } = await ask(`${model}, timeout: { milliseconds: 100 }`);
    expect(outcome).toMatchObject({ state: 'faulted', error: { status: 408 } });
  });
});

describe('call a2a', () => {
  async function openAgent(answer: (seen: Seen, peer: () => Loopback) => unknown) {
    const peer: Loopback = await openLoopback((response, seen) => {
      const body = answer(seen, () => peer);
      if (typeof body === 'string')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
      else json(response, body);
    });
    opened.push(peer);
    return peer;
  }

  const rpc = (result: object): object => ({ jsonrpc: '2.0', id: 1, result });

  it('sends a message to the server of the card, as one effect', async () => {
    const peer = await openAgent(({ url }, at) =>
      url === '/card'
        ? { name: 'Ada', url: `${at().url}/rpc`, preferredTransport: 'JSONRPC' }
        : rpc({ kind: 'task', id: 't1', status: { state: 'completed' } }),
    );
    const { outcome } = await run(
      `{ call: a2a, with: { agentCard: { endpoint: '${peer.url}/card' }, method: message/send, parameters: { message: { role: user, parts: [{ kind: text, text: '\${ "7" }' }] } } } }`,
      peer.host,
    );
    expect(outcome).toMatchObject({ state: 'completed', output: { id: 't1' } });
    const sent = peer.seen[1];
    expect(sent?.url).toBe('/rpc');
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      ...{ jsonrpc: '2.0', id: 1, method: 'message/send' },
      params: {
        message: {
          ...{ role: 'user', parts: [{ kind: 'text', text: '7' }] },
          messageId: sent?.headers['idempotency-key'],
        },
      },
    });
    expect(sent?.headers['idempotency-key']).toBeDefined();
  });

  it('is answered by an agent of the SDK, by its message or its task', async () => {
    vi.spyOn(console, 'log').mockReturnValue();
    const agents = await openAgents();
    opened.push(agents);
    const ask = async (agent: string, model: string) => {
      const uri = `http://${agents.host}/a2a/agents/${agent}`;
      const server = `{ uri: '${uri}', authentication: { bearer: { token: '\${ $secrets.agent }' } } }`;
      const task = `{ call: a2a, with: { server: ${server}, ${model} } }`;
      return (await run(task, agents.host, { agent: agentToken })).outcome;
    };
    const parameters =
      "parameters: { message: { role: user, parts: [{ kind: text, text: '-1' }] } }";
    const echoed = await ask('echo-agent', `method: message/send, ${parameters}`);
    expect(echoed).toMatchObject({ output: { kind: 'message', parts: [{ text: '-1' }] } });
    const counted = await ask('countdown-agent', `method: message/stream, ${parameters}`);
    expect(counted).toMatchObject({
      output: [{ kind: 'task' }, { kind: 'status-update', status: { state: 'failed' } }],
    });
    const missing = await ask('echo-agent', "method: tasks/get, parameters: { id: 'none' }");
    expect(missing).toMatchObject({ state: 'faulted' });
    expect(JSON.stringify(missing)).toContain('Task not found: none');
    vi.restoreAllMocks();
  });

  it('has the list of what came for a stream', async () => {
    const events = [{ state: 'working' }, { state: 'completed' }]
      .map((result) => `data: ${JSON.stringify(rpc(result))}\n\n`)
      .join(': still here\n\n');
    const peer = await openAgent(() => events);
    const { outcome } = await run(
      `{ call: a2a, with: { server: '${peer.url}', method: message/stream, parameters: { message: {} } } }`,
      peer.host,
    );
    expect(outcome).toMatchObject({ output: [{ state: 'working' }, { state: 'completed' }] });
  });

  it('fails with the error of the agent, and shows no credential to the server of a card', async () => {
    const other = await openAgent(() => ({
      ...{ jsonrpc: '2.0', id: 1, error: { code: -32_001, message: 'no task x' } },
    }));
    const peer = await openAgent(() => ({ name: 'Eve', url: `${other.url}/rpc` }));
    const egress = `{ call: a2a, with: { agentCard: { endpoint: { uri: '${peer.url}/card', authentication: { bearer: { token: '\${ $secrets.card }' } } } }, method: tasks/get, parameters: { id: x } } }`;
    const { outcome } = await run(egress, '127.0.0.1', { card: 'canary' });
    expect(outcome).toMatchObject({ state: 'faulted', error: { status: 404 } });
    expect(JSON.stringify(outcome)).toContain('no task x');
    expect(peer.seen[0]?.headers.authorization).toBe('Bearer canary');
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });
});

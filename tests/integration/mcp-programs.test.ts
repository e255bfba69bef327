import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  publish,
  startTestPlatform,
  type TestPlatform,
  typed,
  untilState,
} from '../support/platform.ts';
import { canReachNode, noIsolation } from '../support/process-settings.ts';

const stack = new AsyncDisposableStack();
let running: TestPlatform;

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const program = `${packages}/@modelcontextprotocol/server-everything/dist/index.js`;
const everything = {
  ...{ command: process.execPath, arguments: [program, 'stdio'] },
  folders: [packages, dirname(process.execPath)],
  environment: { SHARED_KEY: 'canary-operator' },
};

beforeAll(async () => {
  const canIsolate = noIsolation === undefined && canReachNode;
  running = stack.use(
    await startTestPlatform({
      OPERANDI_MCP_SERVERS: JSON.stringify({ everything }),
      OPERANDI_RUN_ISOLATION: canIsolate ? 'bubblewrap' : 'unsafe',
    }),
  );
});
afterAll(() => stack.disposeAsync());

const create = typed<{
  readonly createIntegration: {
    readonly integration: { readonly id: string } | null;
    readonly userErrors: readonly { readonly field: string }[];
  };
}>(`mutation Create($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { integration { id } userErrors { field message } } }`);
const discover = typed(`mutation Discover($input: DiscoverIntegrationInput!) {
  discoverIntegration(input: $input) { userErrors { message } } }`);
const result = typed<{ readonly job: { readonly output: readonly object[] } }>(
  'query Output($id: ID!) { job(id: $id) { output } }',
);
const trail = typed<{ readonly auditEvents: object }>(
  'query Trail { auditEvents(first: 100) { nodes { action data } } }',
);

it('of the operator serve integrations and call: mcp, isolated, and nobody hears of their variables', async () => {
  const { client } = running;
  const input = { name: 'tools', kind: 'mcp', config: { server: 'everything', allow: ['echo'] } };
  const { createIntegration } = await client.request(create, { input });
  const { id = '' } = createIntegration.integration ?? {};
  await client.request(discover, { input: { id } });
  const other = { ...input, name: 'shell', config: { server: 'sh' } };
  const refused = await client.request(create, { input: other });
  expect(refused.createIntegration.userErrors).toMatchObject([{ field: 'input.config.server' }]);
  const definition = (command: string): string =>
    `document: {dsl: '1.0.3', namespace: test, name: ${command}, version: '1.0.0'}
do:
  - pinned: {call: integration, with: {integration: tools, operation: echo, arguments: {message: a}}, export: {as: '\${ {first: .} }'}}
  - free: {call: mcp, with: {method: tools/call, parameters: {name: echo, arguments: {message: b}}, transport: {stdio: {command: ${command}}}}}
output: {as: '\${ [$context.first, .] }'}`;
  await expect(publish(client, definition('sh'))).rejects.toThrow('may be started');
  await publish(client, definition('everything'));
  const job = await client.submit('everything', {});
  await untilState(client, job.id, 'SUCCEEDED');
  const { output } = (await client.request(result, { id: job.id })).job;
  expect(output).toEqual([
    { content: [{ type: 'text', text: 'Echo: a' }] },
    { content: [{ type: 'text', text: 'Echo: b' }] },
  ]);
  const audited = JSON.stringify(await client.request(trail, {}));
  expect(audited).toContain('mcp.call');
  expect(audited).not.toContain('canary-operator');
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { compose } from '../testing/federated.ts';
import { ask, startGateway } from '../testing/start-gateway.ts';
import { startSubgraph } from '../testing/subgraph-server.ts';
import { loadPlugins } from './load-plugins.ts';

async function writeModule(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-plugin-'));
  const file = join(folder, 'plugin.mjs');
  await writeFile(file, text);
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test('lets a plugin of a file grant policies and see the claims of the caller', async () => {
  const sdl = 'type Query { pay: Int @policy(policies: [["hr"]]) title: String }';
  await using subgraph = await startSubgraph(sdl, {
    Query: { pay: () => 5, title: () => 'clerk' },
  });
  await using module = await writeModule(`export default {
    name: 'policies',
    onIdentity: (identity, headers) =>
      headers['x-team'] === 'hr' ? { ...identity, policies: ['hr'] } : identity,
  };`);
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'staff', sdl, url: subgraph.url }]) },
    plugins: await loadPlugins([module.file]),
  });
  const query = { query: '{ pay title }' };
  const granted = await ask(gateway.url, query, { 'x-team': 'hr' });
  expect(granted.body).toEqual({ data: { pay: 5, title: 'clerk' } });
  const denied = await ask(gateway.url, query);
  expect(denied.body).toMatchObject({
    data: { pay: null, title: 'clerk' },
    errors: [{ path: ['pay'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
  });
});

test.each(['require-client-name', 'audit-slow-subgraphs', 'grant-by-claims'])(
  'loads the example %s',
  async (name) => {
    const file = fileURLToPath(
      new URL(`../../examples/gateway-plugins/${name}.ts`, import.meta.url),
    );
    const [plugin] = await loadPlugins([file]);
    expect(Object.keys(plugin ?? {})).toContainEqual(expect.stringMatching(/^on[A-Z]/));
  },
);

test('names the file of a plugin that cannot be loaded, or is none', async () => {
  await using empty = await writeModule('export const nothing = 1;');
  await expect(loadPlugins([empty.file])).rejects.toThrow(/plugin\.mjs has no default export/);
  await using broken = await writeModule('export default {');
  await expect(loadPlugins([broken.file])).rejects.toThrow(/plugin\.mjs cannot be loaded/);
});

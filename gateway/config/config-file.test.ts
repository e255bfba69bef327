import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readGatewayConfig } from './config-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-gateway-config-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function write(text: string, name = 'gateway.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('takes what a file does not say from the configuration below it, section by section', async () => {
  const path = await write('limits: { maxDepth: 7 }\nintrospection: false\n');
  const config = await readGatewayConfig(
    { path, env: {} },
    { limits: { maxDepth: 40, maxAliases: 9 }, suggestions: false, introspection: true },
  );
  expect(config).toMatchObject({
    limits: { maxDepth: 7, maxAliases: 9, maxTokens: 15_000 },
    introspection: false,
    suggestions: false,
  });
});

test('puts in variables of the environment: unquoted ones may be numbers, quoted ones stay text', async () => {
  const path = await write(`
limits:
  maxDepth: \${env.DEPTH}
  maxAliases: \${env.NONE:-8}
introspection: \${env.OPEN}
supergraph: { headers: { x-key: "\${env.KEY}", x-place: "\${env.PLACE:-here}/\${env.KEY}" } }
`);
  const env = { DEPTH: '12', OPEN: 'false', KEY: '0123' };
  expect(await readGatewayConfig({ path, env })).toMatchObject({
    limits: { maxDepth: 12, maxAliases: 8 },
    introspection: false,
    supergraph: { headers: { 'x-key': '0123', 'x-place': 'here/0123' } },
  });
});

test('reads JSON, and names every variable that is missing', async () => {
  const json = { supergraph: { headers: { a: '${env.ONE}', b: '${env.TWO}' } } };
  const path = await write(JSON.stringify(json), 'gateway.json');
  await expect(readGatewayConfig({ path, env: {} })).rejects.toThrow(/gateway\.json.*ONE.*TWO/s);
});

test('looks for the files it names beside the configuration', async () => {
  const path = await write(`
server: { tls: { certFile: tls/cert.pem, keyFile: /etc/key.pem } }
persisted: { manifestFile: manifest.json }
authentication: { jwt: { jwksFile: keys.json } }
plugins: [./plugin.ts]
`);
  expect(await readGatewayConfig({ path, env: {} })).toMatchObject({
    server: { tls: { certFile: join(folder, 'tls/cert.pem'), keyFile: '/etc/key.pem' } },
    persisted: { manifestFile: join(folder, 'manifest.json') },
    authentication: { jwt: { jwksFile: join(folder, 'keys.json') } },
    plugins: [join(folder, 'plugin.ts')],
  });
});

test('names the file that is not there, or is no YAML', async () => {
  const missing = { path: join(folder, 'none.yaml'), env: {} };
  await expect(readGatewayConfig(missing)).rejects.toThrow(/none\.yaml cannot be read/);
  const path = await write('limits: [1\n', 'broken.yaml');
  await expect(readGatewayConfig({ path, env: {} })).rejects.toThrow(/broken\.yaml.*line/s);
});

test('takes every configuration that docs/gateway.md shows', async () => {
  const docs = await readFile(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
  const blocks = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(0);
  for (const text of blocks) {
    const path = await write(text, 'docs.yaml');
    expect(await readGatewayConfig({ path, env: {} })).toHaveProperty('server');
  }
});

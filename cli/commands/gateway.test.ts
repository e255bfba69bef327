import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const supergraph = at('examples/federation/supergraph.graphql');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-gateway-command-'));
});

afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function gateway(...options: readonly string[]): Promise<Outcome> {
  const command = [at('cli/operandi.cjs'), 'gateway', ...options];
  // A database of the platform is nothing to a gateway over a foreign supergraph.
  const env = { ...process.env, DATABASE_URL: 'postgres://127.0.0.1/none' };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('checks a supergraph without secrets and without leaving files behind', async () => {
  const { code, stdout } = await gateway('--supergraph', supergraph, '--check');
  expect(stdout).toMatch(/are good.*accounts at http.*reviews at http/s);
  expect(code).toBe(0);
  expect(await readdir(folder)).toEqual([]);
}, 90_000);

test('fails the check of a schema that is no supergraph', async () => {
  const subgraph = at('examples/federation/products.graphql');
  const { code, stderr } = await gateway('--supergraph', subgraph, '--check');
  expect(stderr).toContain('schema of a subgraph');
  expect(code).toBe(1);
}, 90_000);

test('explains a query as JSON and prints the schema of its configuration', async () => {
  const query = '{ topProducts { name } }';
  const [plan, schema] = await Promise.all([
    gateway('--supergraph', supergraph, '--explain', query, '--json'),
    gateway('--config-schema'),
  ]);
  expect(JSON.parse(plan.stdout)).toMatchObject({ kind: 'Fetch', serviceName: 'products' });
  expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object' });
}, 90_000);

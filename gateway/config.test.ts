import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { gatewayConfigSchema, parseGatewayConfig, readGatewayConfig } from './config.ts';

/** Paths of the leaves of the defaults; optional fields are named in the test. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, path === '' ? key : `${path}.${key}`),
  );
}

test('explains each field of the configuration in docs/gateway.md', async () => {
  const docs = await readFile(new URL('../docs/gateway.md', import.meta.url), 'utf8');
  const optional = [
    'authentication.jwt.jwksUrl',
    'authentication.jwt.jwksFile',
    'authentication.jwt.issuer',
    'authentication.jwt.audience',
    'authentication.jwt.algorithms',
    'authentication.jwt.scopeClaim',
    'authentication.jwt.policyClaim',
    'authentication.jwt.clockToleranceSeconds',
    'authentication.jwt.isRequired',
    'limits.maxCost',
    'persisted.manifestFile',
    'rateLimit.requestsPerKey',
    'rateLimit.requestsPerTenant',
    'rateLimit.costPerKey',
    'server.tls.certFile',
    'subscriptions.resume.argument',
  ];
  const fields = [...leaves(parseGatewayConfig({}), ''), ...optional];
  expect(fields.filter((field) => !docs.includes(`\`${field}\``))).toEqual([]);
  const sections = Object.keys(gatewayConfigSchema.shape);
  expect(sections.filter((section) => !docs.includes(section))).toEqual([]);
});

test('names every fault of a configuration with its path', () => {
  expect(() =>
    parseGatewayConfig({ server: { path: 'graphql' }, limits: { maxDepth: -1 }, typo: 1 }),
  ).toThrow(/server\.path.*limits\.maxDepth.*typo/s);
});

test('takes what a file does not say from the configuration below it, section by section', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-gateway-config-'));
  const file = join(folder, 'gateway.yaml');
  await writeFile(file, 'limits: { maxDepth: 7 }\nintrospection: false\n');
  const config = await readGatewayConfig(file, {
    limits: { maxDepth: 40, maxAliases: 9 },
    suggestions: false,
    introspection: true,
  });
  await rm(folder, { recursive: true });
  expect(config).toMatchObject({
    limits: { maxDepth: 7, maxAliases: 9, maxTokens: 15_000 },
    introspection: false,
    suggestions: false,
  });
});

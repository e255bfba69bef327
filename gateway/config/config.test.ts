import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { gatewayConfigSchema, parseGatewayConfig } from './config.ts';

/** Paths of the leaves of the defaults; optional fields are named in the test. */
function leaves(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(member, path === '' ? key : `${path}.${key}`),
  );
}

test('explains each field of the configuration in docs/gateway.md', async () => {
  const docs = await readFile(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
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

test('tells the fields of a section where one is not known, and the alternative that fits best', () => {
  const config = {
    subgraphs: { users: { timeout: 5 } },
    headers: { request: { all: [{ propagate: 'x-tenant', renam: 'tenant' }] } },
  };
  expect(() => parseGatewayConfig(config)).toThrow(
    /subgraphs\.users\.timeout: is not known; known here: url, .*timeoutMs/,
  );
  expect(() => parseGatewayConfig(config)).toThrow('headers.request.all.0.renam: is not known');
});

test('refuses to let every page act for its visitors', () => {
  expect(() => parseGatewayConfig({ cors: { origins: ['*'], isCredentialed: true } })).toThrow(
    'cors.origins: name the origins',
  );
});

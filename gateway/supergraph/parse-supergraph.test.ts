import { expect, test } from 'vitest';

import { compose } from '../testing/federated.ts';
import { parseSupergraph } from './parse-supergraph.ts';

const supergraph = compose([
  { name: 'menu', sdl: 'type Query { dishes: [Dish!] } type Dish @key(fields: "id") { id: ID! }' },
]);

const linking = (application: string): string =>
  supergraph.replace('@link(url: "https://specs.apollo.dev/link/v1.0")', `$& ${application}`);

test.each([
  ['{"version":"1","engineConfig":{}}', /looks like JSON/],
  ['<!doctype html><html></html>', /looks like HTML/],
  [' \n', /is empty/],
  ['type Query { a: Int', /Syntax Error.*line 1, column 20/],
  ['type Query { a: Int }', /no supergraph/],
  ['type Query { a: A } type A @key(fields: "id") { id: ID! }', /schema of a subgraph.*compose/],
  [
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3") type Query { a: Int }',
    /schema of a subgraph/,
  ],
])('says what it was given instead of a supergraph: %s', (sdl, message) => {
  expect(() => parseSupergraph(sdl)).toThrow(message);
});

test('takes a composed supergraph, with features that serve no purpose here', () => {
  const sdl = linking('@link(url: "https://example.com/audit/v1.0", import: ["@audit"])');
  expect(parseSupergraph(sdl).definitions.length).toBeGreaterThan(3);
});

test.each(['SECURITY', 'EXECUTION'])('refuses an unknown feature for: %s', (purpose) => {
  const sdl = linking(`@link(url: "https://example.com/seal/v1.0", for: ${purpose})`);
  expect(() => parseSupergraph(sdl)).toThrow(`https://example.com/seal/v1.0 (for: ${purpose})`);
});

test('refuses a later version of a feature that must be understood', () => {
  const sdl = linking('@link(url: "https://specs.apollo.dev/authenticated/v0.9", for: SECURITY)');
  expect(() => parseSupergraph(sdl)).toThrow('authenticated/v0.9');
});

test('refuses connectors by their name', () => {
  const sdl = linking('@link(url: "https://specs.apollo.dev/connect/v0.3", for: EXECUTION)');
  expect(() => parseSupergraph(sdl)).toThrow('@connect');
});

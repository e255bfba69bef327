import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { composeServices } from '@apollo/composition';
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';

import { ports } from './subgraphs.ts';

const read = (name: string) =>
  parse(readFileSync(new URL(name, import.meta.url), 'utf8'), { noLocation: true });

test('keeps the supergraph that its subgraphs compose to', () => {
  const services = Object.entries(ports).map(([name, port]) => ({
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    typeDefs: read(`${name}.graphql`),
  }));
  const { supergraphSdl = '' } = composeServices(services);
  expect(print(read('supergraph.graphql'))).toBe(print(parse(supergraphSdl)));
});

test('shows one query, its plan, a subscription, a refused field and a subgraph that is down', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--once']);
  const [, page = '', plan = '', event = '', login = '', partial = ''] = stdout.split(/^\d\. /m);
  expect(page).toMatch(/"name": "Table".*"shipping": 50.*"name": "Ada"/s);
  expect(plan).toMatch(/Ask products.*Ask reviews, by Product \{ upc weight \}.*Ask accounts/s);
  expect(event).toMatch(/"body": "Bright\.".*"name": "Ada".*"name": "Lamp"/s);
  expect(login).toMatch(/UNAUTHORIZED_FIELD_OR_TYPE.*"email": null/s);
  expect(partial).toMatch(/SUBGRAPH_FAILED.*"price": 899.*"reviews": null/s);
}, 90_000);

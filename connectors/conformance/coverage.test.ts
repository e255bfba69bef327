import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Folders of kinds: each has the file that makes its connector. */
const folders = globSync('connectors/*/*-connector.ts', { cwd: root }).map((path) => {
  const [, folder = ''] = path.split('/');
  return folder;
});

/** Kinds that the kit is run over, here or where a server of databases is. */
const tried = new Set(
  globSync(['connectors/conformance/*.test.ts', 'tests/integration/*conformance.test.ts'], {
    cwd: root,
  }).flatMap((path) =>
    [...read(path).matchAll(/connectorOf\(openConnectors\(\w+\), '(\w+)'\)/g)].map(
      ([, kind = '']) => kind,
    ),
  ),
);

it('is run over every folder of a kind, and every folder is in the registry', () => {
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((folder) => !tried.has(folder))).toEqual([]);
  const registry = read('connectors/registry.ts');
  expect(folders.filter((folder) => !registry.includes(`'./${folder}/`))).toEqual([]);
});

import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Folders of kinds: each has the file that makes its connector. */
const folders = globSync('connectors/*/*-connector.ts', { cwd: root }).map((path) => {
  const [, folder = ''] = path.split('/');
  return folder;
});

/** Where the kit is run over each kind: here, or where a server is that is started for it. */
const tried = new Map<string, string[]>();
for (const path of globSync(
  ['connectors/conformance/*.test.ts', 'tests/integration/*conformance.test.ts'],
  { cwd: root },
).toSorted())
  for (const kind of new Set(
    [...read(path).matchAll(/connectorOf\(openConnectors\(\w+\), '(\w+)'\)/g)].map(
      ([, name = '']) => name,
    ),
  ))
    tried.set(kind, [...(tried.get(kind) ?? []), path]);

/** Files that say of a peer what the kit has to know of it. */
function subjectsOf(path: string): readonly string[] {
  const imported = [...read(path).matchAll(/from '([^']*subject[^']*)'/g)].map(([, from = '']) =>
    join(dirname(path), from),
  );
  return imported.flatMap((each) => [each, ...subjectsOf(each)]);
}

it('is run over every folder of a kind, and every folder is in the registry', () => {
  expect(folders.length).toBeGreaterThan(10);
  expect([...tried.keys()].toSorted()).toEqual(folders.toSorted());
  const registry = read('connectors/registry.ts');
  expect(folders.filter((folder) => !registry.includes(`'./${folder}/`))).toEqual([]);
});

it('is in the table of docs/connectors.md as it is', () => {
  const [, part = ''] = read('docs/connectors.md').split('## What each kind is tried on');
  const rows = [
    ...part.matchAll(/^\| `(\w+)` +\|[^|]+\| (\w+) +\| (\w+) +\| (\w+) +\| ([^|]+?) +\|$/gm),
  ];
  const yes = (is: boolean): string => (is ? 'yes' : 'no');
  const expected = [...tried].map(([kind, paths]) => {
    const subject = paths.flatMap(subjectsOf).map(read).join('');
    return [
      ...[kind, yes(/\bdiscovery: /u.test(subject)), yes(/^\s+writing: /mu.test(subject))],
      ...[
        yes(!subject.includes('hasLargeAnswers: false')),
        paths.map((path) => `\`${path}\``).join(', '),
      ],
    ];
  });
  const byKind = (list: readonly string[][]) =>
    list.toSorted(([left = ''], [right = '']) => left.localeCompare(right));
  expect(byKind(rows.map((row) => row.slice(1)))).toEqual(byKind(expected));
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/security.md', root), 'utf8');
const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\| `(.+?)` › (.+?) +\|$/gm)].map(
  ([, number = '', attack = '', file = '', title = '']) => ({ number, attack, file, title }),
);

it('names for each attack a test that there is', () => {
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter(({ file, title }) => {
    const path = new URL(file, root);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});

it('lists each attack once, in order', () => {
  const numbers = rows.map(({ number }) => Number(number));
  expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
});

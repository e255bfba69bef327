import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/security.md', root), 'utf8');
/** How many the list has. */
const count = 58;
const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\| (?:`(.+?)` › )?(.+?) +\|$/gm)].map(
  ([, number = '', attack = '', file, told = '']) => ({ number, attack, file, told }),
);

it('lists each attack once, in order', () => {
  const numbers = Array.from({ length: count }, (_, at) => String(at + 1));
  expect(rows.map(({ number }) => number)).toEqual(numbers);
});

it('names for each a test that there is and that is named with its number, or says why there is none', () => {
  const wrong = rows.filter(({ number, file, told }) => {
    if (file === undefined) return !told.startsWith('not built: ');
    const path = new URL(file, root);
    if (!existsSync(path) || !told.startsWith(`attack ${number}: `)) return true;
    return !readFileSync(path, 'utf8').includes(told);
  });
  expect(wrong).toEqual([]);
});

it('names for each promise a test that there is', () => {
  const [, section = ''] = page.split('## Promises and their tests');
  const promises = [
    ...(section.split('\n## ')[0] ?? '').matchAll(/^\| .+? +\| `(.+?)` › (.+?) +\|$/gm),
  ];
  expect(promises.length).toBeGreaterThan(20);
  const missing = promises.filter(([, file = '', title = '']) => {
    const path = new URL(file, root);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});

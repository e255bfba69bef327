import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const [page = ''] = readFileSync(new URL('docs/dsl.md', root), 'utf8').split('\n## Limits');
/** Without what is no feature: where expressions differ from jq. */
const table = page
  .split(/\n(?=## )/)
  .filter((section) => !section.startsWith('## Expressions and jq'))
  .join('\n');

/** `file › title` of the last cell of every row. */
const rows = [...table.matchAll(/^\| (?!feature|---)(.+?) +\|.*\| `([^`]+) › ([^`]+)` +\|$/gm)].map(
  ([, feature = '', file = '', title = '']) => ({ feature, file, title }),
);

describe('docs/dsl.md', () => {
  it('has a test in every row', () => {
    const lines = table.split('\n').filter((line) => /^\| (?!feature|---)/.test(line));
    expect(rows).toHaveLength(lines.length);
  });

  it.each(rows)('names a test that exists for $feature', ({ file, title }) => {
    const source = readFileSync(new URL(file, root), 'utf8');
    expect(source.includes(`'${title}'`) || source.includes(`"${title}"`)).toBe(true);
  });
});

import { expect, it } from 'vitest';

import { quoted } from './csv.ts';

it.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@name', "'@name"],
  ['\t=1', "'\t=1"],
  [' =1,2', `"' =1,2"`],
])('writes %j so that no spreadsheet computes it', (cell, written) => {
  expect(quoted(cell)).toBe(written);
});

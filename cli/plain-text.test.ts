import { expect, it } from 'vitest';

import { plainLine, plainText } from './plain-text.ts';

it.each([
  ['a colour', '\u001b[31mred', '\\u001b[31mred'],
  ['a control of eight bits', '\u009b2J', '\\u009b2J'],
  ['a carriage return', 'safe\rgone', 'safe\\u000dgone'],
  ['a turn of direction', 'invoice\u202Efdp.exe', 'invoice\\u202efdp.exe'],
  ['a space without width', 'ad\u200Bmin', 'ad\\u200bmin'],
  ['a tag beyond the first plane', 'a\u{E0041}', 'a\\udb40\\udc41'],
  ['letters of any script', 'Ünïcode 日本語 🎉', 'Ünïcode 日本語 🎉'],
])('%s is shown and does nothing', (_, text, shown) => {
  expect(plainText(text)).toBe(shown);
  expect(plainLine(text)).toBe(shown);
});

it('lines stay lines where there may be several, and tabs between columns', () => {
  expect(plainText('a\tb')).toBe('a\tb');
  expect(plainText('one\ntwo')).toBe('one\ntwo');
  expect(plainLine('one\ntwo')).toBe('one\\u000atwo');
});

it('JSON stays the same JSON', () => {
  const value = { name: 'a\u202Eb\u009bc\u2028d' };
  expect(JSON.parse(plainText(JSON.stringify(value, undefined, 2)))).toEqual(value);
});

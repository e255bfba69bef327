import { expect, it } from 'vitest';
import { trimEndOf } from './trim-end.ts';

it.each([
  ['http://a/', 'http://a'],
  ['/a//b///', '/a//b'],
  ['////', ''],
  ['', ''],
])('takes the marks that %j ends with away and no others', (text, expected) => {
  expect(trimEndOf(text, '/')).toBe(expected);
});

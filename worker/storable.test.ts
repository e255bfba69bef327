import { describe, expect, it } from 'vitest';
import { isStorable, toStorable } from './storable.ts';

describe('what a database can keep', () => {
  it('takes any ordinary text, written escapes included', () => {
    expect(isStorable({ text: 'ä€😀\n"\\u0000"', path: '\\' })).toBe(true);
  });

  it.each(['a\u0000b', '\\\u0000', 'half \ud83d pair'])('refuses %j in values', (text) => {
    expect(isStorable([{ text }])).toBe(false);
  });

  it('replaces only what cannot be kept', () => {
    expect(toStorable({ a: '\\\u0000', b: '\\u0000', c: 'x\ud83dy' })).toEqual({
      a: '\\\ufffd',
      b: '\\u0000',
      c: 'x\ufffdy',
    });
  });

  it('refuses unkeepable names of fields', () => {
    expect(isStorable({ 'a\u0000': 1 })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import {
  cutText,
  isStorable,
  isStorableText,
  storableJson,
  storableText,
  toStorable,
} from './storable.ts';

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

describe('cut text', () => {
  it('is left alone when it is short enough', () => {
    expect(cutText('ä€😀', 4)).toBe('ä€😀');
  });

  it('never ends with half a character, wherever the cut falls', () => {
    const text = '😀'.repeat(20);
    for (let length = 1; length < 40; length += 1) {
      const cut = cutText(text, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(isStorableText(cut)).toBe(true);
      expect(cut).toMatch(/^(😀)*…$/u);
    }
  });

  it('is storable whatever the text was', () => {
    expect(cutText('a\u0000b\ud83d', 10)).toBe('a\ufffdb\ufffd');
    expect(storableText('\ud83d\u0000')).toBe('\ufffd\ufffd');
  });
});

it('makes the JSON of rows storable whatever texts they hold', () => {
  const rows = [{ a: '\u0000' }, { b: '\\u0000', c: '\ud83d' }];
  expect(JSON.parse(storableJson(rows))).toEqual([{ a: '\ufffd' }, { b: '\\u0000', c: '\ufffd' }]);
});

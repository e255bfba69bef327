import { describe, expect, it } from 'vitest';

import { diffOf } from './diff.ts';

const shown = (before: string, after: string): string =>
  diffOf(before, after)
    .map(({ is, text }) => `${{ same: ' ', added: '+', removed: '-' }[is]}${text}`)
    .join('|');

describe('diffOf', () => {
  it('shows what was removed before what was added, and keeps what is the same', () => {
    expect(shown('a\nb\nc', 'a\nx\nc')).toBe(' a|-b|+x| c');
    expect(shown('a', 'a')).toBe(' a');
    expect(shown('a\nb', 'a\nb\nc')).toBe(' a| b|+c');
    expect(shown('a\nb\nc\nd', 'b\nc\ne\nd')).toBe('-a| b| c|+e| d');
  });

  it('gives back both texts whatever they are', () => {
    const texts = ['', 'a', 'a\na\na', 'b\na\nb\na', 'a\nb\n\nc', 'c\n\nb\na'];
    for (const before of texts) {
      for (const after of texts) {
        const lines = diffOf(before, after);
        const side = (gone: string) =>
          lines
            .filter(({ is }) => is !== gone)
            .map(({ text }) => text)
            .join('\n');
        expect([side('added'), side('removed')]).toEqual([before, after]);
      }
    }
  });

  it('does not compare texts of many thousand lines line by line', () => {
    const long = (word: string): string =>
      Array.from({ length: 4_000 }, (_, at) => `${word}${at}`).join('\n');
    expect(diffOf(long('a'), long('b'))).toHaveLength(8_000);
  });
});

import { describe, expect, it } from 'vitest';

import { placeOf } from './place.ts';

/** The place of `|`. */
function at(text: string) {
  const lines = text.split('\n');
  const row = lines.findIndex((line) => line.includes('|'));
  const before = lines.map((line, index) => (index === row ? line.replace('|', '') : line));
  const { path, siblings } = placeOf(before, row);
  return { path: path.join('/'), siblings: Object.fromEntries(siblings) };
}

describe('placeOf', () => {
  it('reads the way from the indentation, through lists and past lines that say nothing', () => {
    expect(at('doc|').path).toBe('');
    expect(at('document:\n  na|').path).toBe('document');
    expect(at('do:\n  - ask:\n      ca|').path).toBe('do/[]/ask');
    expect(at('do:\n  - ask:\n\n      # why\n      |').path).toBe('do/[]/ask');
    expect(at('do:\n- ask:\n    call: http\n    with:\n      me|').path).toBe('do/[]/ask/with');
    expect(at('do:\n  - a: {set: 1}\n  - b|').path).toBe('do/[]');
    expect(
      at('do:\n  - a:\n      fork:\n        branches:\n          - x:\n              s|').path,
    ).toBe('do/[]/a/fork/branches/[]/x');
  });

  it('knows what stands beside it, and nothing of the next item', () => {
    const text = 'do:\n  - a:\n      call: http\n      |\n      if: .x\n  - b:\n      set: 1';
    expect(at(text).siblings).toEqual({ call: 'http', if: '.x' });
    expect(at("- name: a\n  'odd key': 1\n  |\n- other: 2").siblings).toEqual({
      name: 'a',
      'odd key': '1',
    });
  });
});

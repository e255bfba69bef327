import { describe, expect, it } from 'vitest';
import { ExactNumber } from '../exact-number.ts';
import { parseJson } from '../json.ts';
import { packed, unpacked } from './packed.ts';

/** What the other thread gets. */
function sent(message: unknown): unknown {
  return unpacked(structuredClone(packed(message)));
}

describe('a message between threads', () => {
  it('keeps the digits of its numbers, wherever they are', () => {
    const text = '{"a":[1,{"b":12345678901234567890}],"__proto__":{"c":0.1234567890123456789}}';
    const message = { kind: 'run', value: parseJson(text), missing: undefined };
    const got = sent(message) as { value: unknown; missing: unknown };
    expect(JSON.stringify(got.value)).toBe(text);
    expect('missing' in got).toBe(true);
    expect(Object.getPrototypeOf(got.value)).toBe(Object.prototype);
    expect((got.value as { a: [number, { b: unknown }] }).a[1].b).toBeInstanceOf(ExactNumber);
  });

  it('is posted as it is without such numbers, with what else it may hold', () => {
    const message = { bytes: new Uint8Array([1]), at: new Date(0), error: new Error('e') };
    expect(packed(message)).toBe(message);
    expect(sent({ ...message, n: new ExactNumber('1e30') })).toMatchObject(message);
    expect(sent({ kind: 'boxed', note: 1 })).toEqual({ kind: 'boxed', note: 1 });
  });

  it('leaves what was posted unchanged', () => {
    const value = { n: new ExactNumber('12345678901234567890') };
    sent(value);
    expect(value.n).toBeInstanceOf(ExactNumber);
  });
});

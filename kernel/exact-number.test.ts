import { assert, bigInt, integer, json, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNumbers, ExactNumber, numberOf } from './exact-number.ts';
import { findOutOfRange, parseJson, parseOutsideJson, parseShallowJson } from './json.ts';

describe('a number of a JSON text', () => {
  it.each([
    '0',
    '-0',
    '1.5',
    '19.99',
    '1e3',
    '1E-7',
    '9007199254740992',
    '123456789012345680000',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    '1.000000000000000000000',
  ])('%s is a plain one, as nothing is lost', (text) => {
    for (const read of [parseJson, parseOutsideJson, parseShallowJson])
      expect(read(`[${text}]`)).toEqual([Number(text)]);
  });

  it.each([
    '9007199254740993',
    '-12345678901234567890',
    '0.1234567890123456789',
    '123456789.0123456789',
    '12345678901234567890e3',
    '1000000000000000000000000',
    '1e400',
    '-1E+400',
    '1e-400',
    '4e-324',
  ])('%s keeps its text in any place', (text) => {
    for (const place of [text, ` ${text} `, `[${text}]`, `{"a":[1,{"b": ${text} }]}`]) {
      for (const read of [parseJson, parseOutsideJson, parseShallowJson])
        expect(JSON.stringify(read(place))).toBe(place.replaceAll(' ', ''));
    }
  });

  it('is not looked for in strings', () => {
    const text = '{"a":"12345678901234567890","b":"x 1e400 ,","c":["\\"12345678901234567890"]}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
    expect(parseJson('"12345678901234567890"')).toBe('12345678901234567890');
  });

  it('reads back as it was, or is equal as a decimal', () => {
    const parts = [bigInt(), nat({ max: 30 }), integer({ min: -40, max: 40 })] as const;
    assert(
      property(...parts, (digits, places, power) => {
        const [, sign = '', whole = ''] = /^(-?)(\d+)$/.exec(String(digits)) ?? [];
        const padded = whole.padStart(places + 1, '0');
        const at = padded.length - places;
        const fraction = places === 0 ? '' : `.${padded.slice(at)}`;
        const text = `${sign}${padded.slice(0, at)}${fraction}e${String(power)}`;
        const [value] = parseJson(`[${text}]`) as [number | ExactNumber];
        expect(parseOutsideJson(`[${text}]`)).toEqual([value]);
        if (value instanceof ExactNumber) expect(value.text).toBe(text);
        expect(compareNumbers(value, new ExactNumber(text))).toBe(0);
      }),
    );
  });

  it('is read as JSON.parse reads it otherwise', () => {
    assert(
      property(json({ maxDepth: 4 }), (text) => {
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

it('reads a long text without numbers in one pass', () => {
  const digits = '7'.repeat(2_000_000);
  expect(parseJson(`["${digits}","a${digits}b"]`)).toEqual([digits, `a${digits}b`]);
});

describe('the order of numbers', () => {
  it.each([
    ['12345678901234567890', '12345678901234567891', -1],
    ['9007199254740993', '9007199254740992', 1],
    ['0.10000000000000000001', '0.1', 1],
    ['10000000000000000000000', '1e22', 0],
    ['1.50000000000000000001', '1.500000000000000000010', 0],
    ['-12345678901234567891', '-12345678901234567890', -1],
  ])('of %s and %s is %s', (left, right, order) => {
    expect(compareNumbers(numberOf(left), numberOf(right))).toBe(order);
    expect(compareNumbers(numberOf(right), numberOf(left))).toBe(0 - order);
  });

  it('is decided at once for numbers that are out of range', () => {
    const [huge, tiny] = [numberOf('1e999999999'), numberOf('1e-999999999')];
    expect(compareNumbers(huge, tiny)).toBe(1);
    expect(compareNumbers(tiny, numberOf('1e-5000'))).toBe(0);
  });
});

it.each([
  ['{"a":[1,{"b":1e400}]}', ['a', 1, 'b']],
  ['1e-400', []],
  [`[${'1'.repeat(1_001)}]`, [0]],
  [`{"a":[12345678901234567890,1.5,"1e400"]}`, undefined],
])('finds the number of %s that is out of range', (text, path) => {
  expect(findOutOfRange(parseJson(text))?.path).toEqual(path);
});

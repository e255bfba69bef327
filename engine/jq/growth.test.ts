import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { compileJq } from './compile.ts';

const plenty = { steps: 1e12, bytes: 1e12, outputs: 1e7 };

function stepsOf(program: string, input: JsonValue): number {
  let total = 0;
  const account = {
    left: 1e12,
    spend: (steps: number): void => {
      total += steps;
    },
  };
  compileJq(program, { budget: plenty }).run(input, {}, account);
  return total;
}

describe('what grows with the input and no faster', () => {
  const texts = (count: number): JsonValue =>
    Array.from({ length: count }, (_, at) => `item ${String(at)}`);

  it.each([
    'join(",")',
    'add',
    'reduce .[] as $x (""; . + $x)',
    'reduce .[] as $x ([]; . + [$x])',
    'reduce .[] as $x ({}; .[$x] = 1)',
    'reduce .[] as $x ({}; . + {($x): 1})',
    'map(ascii_upcase) | join("-") | length',
    '[paths]',
    'walk(.)',
    '[limit(10; .[])]',
    'to_entries | from_entries?',
    'tojson | fromjson',
  ])('%s takes about four times the steps for four times the items', (program) => {
    const growth = stepsOf(program, texts(8_000)) / stepsOf(program, texts(2_000));
    expect(growth).toBeLessThan(5);
  });

  const rows: JsonValue = Array.from({ length: 9_600 }, (_, id) => ({
    id,
    name: `customer ${String(id)}`,
    tags: ['a', 'b'],
    address: { city: 'Berlin', zip: '10115' },
  }));
  const large = JSON.stringify(rows).length;

  it.each([
    ['walk(.) == .', true],
    [
      '[walk(if type == "string" then ascii_upcase else . end)[].address.city] | unique',
      ['BERLIN'],
    ],
    ['[paths] | length', 86_400],
    ['[leaf_paths] | length', 57_600],
    ['[.. | strings] | length', 48_000],
    ['[tostream] | length', 86_401],
    ['del(.[].tags) | map(has("tags")) | any', false],
  ])('%s has enough steps for an input of 900 kB', (program, output) => {
    expect(large).toBeGreaterThan(850_000);
    // As expressions of workflows are given them: 300,000 steps, and 16 for each byte.
    const compiled = compileJq(program, {
      stepsPerByte: 16,
      budget: { bytes: 1e12, outputs: 1e7 },
    });
    expect(compiled.run(rows)).toEqual([output]);
  });
});

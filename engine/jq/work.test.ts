import { array, assert, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { compileJq, JqBudgetError, JqRuntimeError, JqSyntaxError } from './compile.ts';

const steps = 10_000;
/** What one step may pay for: a copy of a few items, a look at some more. */
const readsPerStep = 20;

const builtins = compileJq('builtins').first(null);
const names = Array.isArray(builtins) ? builtins.map(String) : [];
const adversarial = [
  'nan',
  'infinite',
  '-infinite',
  '-1',
  '0.5',
  '1e18',
  '""',
  '"a"',
  'null',
  '[]',
  '{}',
  '[nan]',
  '[[nan], [nan]]',
  '[[0], [nan, nan]]',
  '[null, {}]',
  '[{start: nan, end: nan}]',
  '[{start: 1, end: -1e18}]',
  'empty',
  '.',
  '.[0]',
  '.[]',
  '..',
  'error',
  '(., .)',
  '[.]',
  '$big',
  '$words',
];
const shapes = [
  '[F]',
  'F?',
  'path(F)?',
  'del(F)?',
  '(F) |= empty',
  'first(F)',
  'reduce F as $x (0; $x)',
];

/** An array that counts how often it is looked into. */
function counted(items: readonly JsonValue[]): { readonly value: JsonValue; reads: number } {
  const count = { value: items as JsonValue, reads: 0 };
  count.value = new Proxy([...items], {
    get(target, key, receiver) {
      count.reads += 1;
      // Of an array of JSON everything that is read is JSON or a method of arrays.
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  return count;
}

/** How often the program looked into its data until it ended, however it ended. */
function readsOf(source: string): number {
  const big = counted(Array.from({ length: 2_000 }, (_, at) => at));
  const words = counted(Array.from({ length: 2_000 }, (_, at) => `word ${String(at)}`));
  try {
    const program = compileJq(source, { variables: ['big', 'words'], budget: { steps } });
    program.run(big.value, { big: big.value, words: words.value });
  } catch (error) {
    if (!isOrdinaryEnd(error)) throw error;
  }
  return big.reads + words.reads;
}

function isOrdinaryEnd(error: unknown): boolean {
  return (
    error instanceof JqBudgetError ||
    error instanceof JqRuntimeError ||
    error instanceof JqSyntaxError
  );
}

function callOf(builtin: string, args: readonly string[]): string {
  const [name = '', arity = '0'] = builtin.split('/');
  const given = args.slice(0, Number(arity));
  return given.length === 0 ? name : `${name}(${given.join('; ')})`;
}

describe('work', () => {
  it.each(names)('of %s over and over is paid for, whatever it is given', (name) => {
    for (const [at, value] of adversarial.entries()) {
      const args = [0, 1, 2, 3].map(
        (step) => adversarial[(at + step * 7) % adversarial.length] ?? '.',
      );
      const call = callOf(name, args);
      const source = `[repeat((${value} | ${call})?, ($big | ${call})?, ($words | ${call})?)]`;
      expect(readsOf(source), source).toBeLessThan(steps * readsPerStep);
    }
  });

  it('of any program ends within the steps it is given', () => {
    const call = tuple(
      constantFrom(...names),
      array(constantFrom(...adversarial), { minLength: 4, maxLength: 4 }),
    ).map(([name, args]) => callOf(name, args));
    const program = tuple(
      array(tuple(call, constantFrom(...shapes)), { minLength: 1, maxLength: 4 }),
      constantFrom(...adversarial),
      integer({ min: 0, max: 1 }),
    ).map(([parts, input, isRepeated]) => {
      const body = [input, ...parts.map(([part, shape]) => shape.replaceAll('F', part))].join(
        ' | ',
      );
      return isRepeated === 1 ? `[repeat((${body})?)]` : body;
    });
    assert(
      property(program, (source) => readsOf(source) < steps * readsPerStep),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['del(.[nan])', [1, 2], [1, 2]],
    ['delpaths([[nan], [nan]])', [1, 2], [1, 2]],
    ['delpaths([[0, nan], [0, nan], [1]])', [[1], 2], [[1]]],
    ['del(.[nan, 0])', [1, 2], [2]],
  ])(
    'of the deletion %s ends, as a key that equals nothing finds nothing',
    (source, input, left) => {
      expect(compileJq(source).run(input)).toEqual([left]);
    },
  );

  it('of looking for a long text grows with the text alone', () => {
    const text = 'a'.repeat(50_000);
    const wanted = `b${'a'.repeat(10_000)}`;
    const run = (source: string) =>
      compileJq(source, { variables: ['wanted'] }).run(text, { wanted });
    expect(run('contains($wanted), index($wanted), (split($wanted) | length)')).toEqual([
      false,
      null,
      1,
    ]);
    const found = `${'a'.repeat(300)}b`;
    const twice = `xx${found}y${found}`;
    expect(
      compileJq('indices($w), split($w)', { variables: ['w'] }).run(twice, { w: found }),
    ).toEqual([
      [2, 304],
      ['xx', 'y', ''],
    ]);
  });
});

import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { compileJq, JqBudgetError, JqRuntimeError, JqSyntaxError } from './compile.ts';

const endless = [
  'until(false; .)',
  '[range(1e9)]',
  '"x" * 1e9',
  'def f: f, f; f',
  'def f: 1 + f; f',
  'def f: f | f; f',
  'def f: try f catch f; f',
  'def f: {a: f}; f',
  'def f: def g: f; g; f',
  'def f(x): x | f(x | x); 1 | f(.)',
  'def f: first(f, 1); f',
  'def f: path(f); f',
  'def f: . as [$a, {b: $c}] | f; f',
  '[limit(1e9; repeat(1))]',
  'first(repeat(empty))',
  'isempty(repeat(empty))',
  'any(repeat(false); .)',
  '0 | recurse(. + 1) | select(false)',
  'range(0; 1; 1e-9) | select(. < 0)',
  '[range(1e6) | try error("x") catch .]',
  'reduce range(60) as $i (1; [., .])',
  'reduce range(60) as $i (1; [., .]) | tojson',
  'reduce range(60) as $i (1; [., .]) | . == .',
  'reduce range(60) as $i ("x"; . + .)',
  'reduce range(1e6) as $i ([]; . + [$i])',
  'reduce range(1e5) as $i (null; [.])',
  'def f(n): if n > 0 then ltrimstr("a") | f(n - 1) else . end; f(1e9)',
  '[range(100)] | combinations(10)',
  '("a" * 1e6) | [match("."; "g")]',
  '[range(1e5)] | .[1e9] = 1',
  '.[1e8] = 1',
  '"[" * 10000 | fromjson',
  '("[" * 9000) + ("]" * 9000) | fromjson | tojson',
  '"a" | test("(" * 3000)',
  '"((a{30}){30}){30}" as $re | "a" | test($re)',
  '[range(300)] | [.[] | [range(300)] | ..] | [.[] | ..] | length',
];

const onDeepInput = [
  'walk(.)',
  'tojson',
  '[paths]',
  '[..]',
  '. == .',
  'flatten',
  '[tostream]',
  'sort',
  'contains(.)',
  'del(..)',
  '[leaf_paths]',
];

// What has no budget takes minutes or never ends; how soon a busy machine sees the end of one is for benchmarks to say.
const cpuMs = 5_000;

function outcome(
  expression: string,
  input: JsonValue,
): { readonly error: unknown; readonly ms: number } {
  const start = process.cpuUsage();
  try {
    compileJq(expression).run(input);
    return { error: undefined, ms: process.cpuUsage(start).user / 1000 };
  } catch (error) {
    return { error, ms: process.cpuUsage(start).user / 1000 };
  }
}

function nested(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function isOrdinaryEnd(error: unknown): boolean {
  return error instanceof JqBudgetError || error instanceof JqRuntimeError;
}

describe('hostile expressions', () => {
  it.each(endless)('ends %s early', (expression) => {
    const { error, ms } = outcome(expression, null);
    expect(error).toSatisfy(isOrdinaryEnd);
    expect(ms).toBeLessThan(cpuMs);
  });

  it.each(onDeepInput)('ends %s on a value of a hundred thousand levels', (expression) => {
    const { error, ms } = outcome(expression, nested(100_000));
    expect(error).toBeInstanceOf(JqBudgetError);
    expect(ms).toBeLessThan(cpuMs);
  });

  it.each([
    'range(1e9) as $i | try ($i | . + $big) catch empty',
    'range(1e9) | first($big[]) | select(. == "no")',
    'range(1e9) | $big | length | select(. < 0)',
    'range(1e9) | select($big == {})',
    'range(1e9) | {} | select(contains($big))',
  ])('ends %s on a big object', (expression) => {
    const big = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, key) => [`key ${key}`, key]),
    );
    const program = compileJq(expression, { variables: ['big'] });
    const start = process.cpuUsage();
    expect(() => program.run(null, { big })).toThrow(JqBudgetError);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(cpuMs);
  });

  it('matches nested quantifiers in linear time', () => {
    const { error, ms } = outcome(
      'test("(a+)+$"), test("(a|aa)+$"), test("(a*)*b")',
      `${'a'.repeat(3_000)}!`,
    );
    expect(error).toBeUndefined();
    expect(ms).toBeLessThan(cpuMs);
  });

  it('refuses to compile what nests deeper than the stack allows', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['[', ']'],
      ['{a:', '}'],
      ['if ', ' then 1 end'],
      ['-', ''],
      ['def f: ', '; f'],
      ['try ', ''],
    ] as const) {
      expect(() => compileJq(`${open.repeat(5_000)}1${close.repeat(5_000)}`)).toThrow(
        JqSyntaxError,
      );
    }
    for (const operator of ['+', '|', ',', '//', 'and', '==', '?', '.a', '[0]']) {
      expect(() => compileJq(`1${`${operator} 1`.repeat(5_000)}`)).toThrow(JqSyntaxError);
    }
  });

  it('compiles nested calls and functions in time proportional to their text', () => {
    const calls = `${'first('.repeat(60)}1${')'.repeat(60)}`;
    const functions = `${'def f: '.repeat(60)}1, f${'; f'.repeat(60)}`;
    const { ms } = outcome(`${calls}, path(${calls}?)?, (${functions} | empty)`, null);
    expect(ms).toBeLessThan(cpuMs);
  });

  it('ends recursion also when little of the stack is left', () => {
    const program = compileJq('def f: 1 + f; f', { budget: { depth: 1_000_000, steps: 1e9 } });
    const descend = (levels: number): unknown =>
      levels === 0 ? outcomeOf(() => program.run(null)) : descend(levels - 1);
    expect(descend(3_000)).toBeInstanceOf(JqBudgetError);
  });
});

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { compileJq, JqBudgetError, JqRuntimeError, JqSyntaxError } from './compile.ts';

function run(expression: string, input: JsonValue = null): JsonValue[] {
  return compileJq(expression).run(input);
}

/** What jq 1.7 and 1.8 changed or added, where jq 1.6 cannot serve as the reference. */
const newerJq: readonly (readonly [expression: string, input: JsonValue, outputs: JsonValue[]])[] =
  [
    ['if . then 1 end', false, [false]],
    ['if . == 1 then "a" elif . == 2 then "b" end', 3, [3]],
    ['pick(.a, .b.c)', { a: 1, b: { c: 2, d: 3 } }, [{ a: 1, b: { c: 2 } }]],
    ['pick(.[1])', [1, 2, 3], [[null, 2]]],
    ['pick(first)', [1, 2], [[1]]],
    ['try pick(last) catch .', [1, 2], ['Out of bounds negative array index']],
    ['.a.["b"], .a.[0]?', { a: { b: 1 } }, [1]],
    ['"k" as $x | {$x: 1}', null, [{ k: 1 }]],
    ['{"a", "b\\(1)"}', { a: 1, b1: 2 }, [{ a: 1, b1: 2 }]],
    ['1 as $if | $if', null, [1]],
    ['abs', -5, [5]],
    ['map(abs)', [-0.5, 0, 2], [[0.5, 0, 2]]],
    ['try abs catch .', null, ['null (null) cannot be negated']],
    ['toarray', 1, [[1]]],
    ['toarray', [1], [[1]]],
    ['trim, ltrim, rtrim', ' a \n', ['a', 'a \n', ' a']],
    ['try trim catch .', 1, ['trim input must be a string']],
    ['trimstr("a")', 'abca', ['bc']],
    ['[.[] | try ltrimstr("v") catch .]', [2, 'v'], [['startswith() requires string inputs', '']]],
    ['1 + 2 as $x | $x * 2', null, [6]],
    ['{a: 1 + 2, b: .x // 3}', null, [{ a: 3, b: 3 }]],
    ['reduce 1 + 2 as $x (0; . + $x)', null, [3]],
    ['[foreach range(4) as $x (0; if $x == 1 then empty else . + 1 end)]', null, [[1, 1, 2]]],
    ['"2024-060" | strptime("%Y-%j") | mktime | todate', null, ['2024-02-29T00:00:00Z']],
    ['[2024, 1] | mktime', null, [1706659200]],
    ['try (.a | .b) catch .', { a: 'x'.repeat(40) }, ['Cannot index string with string ("b")']],
    ['try .[] catch .', 'é'.repeat(20), [`Cannot iterate over string ("${'é'.repeat(12)}...")`]],
    ['[limit(0; error("no"))]', null, [[]]],
    ['try limit(-1; 1) catch .', null, ["limit doesn't support negative count"]],
    ['[skip(2; range(5))]', null, [[2, 3, 4]]],
    ['try skip(-1; 1) catch .', null, ["skip doesn't support negative count"]],
    ['[nth(5; range(3))]', null, [[]]],
    ['[last(empty)]', null, [[]]],
    ['add(.[].a)', [{ a: 1 }, { a: 2 }], [3]],
    ['add(empty)', null, [null]],
    ['"x" * 0, "x" * 1.9, 2 * "ab"', null, ['', 'x', 'abab']],
    ['"x" * -1', null, [null]],
    ['"\\u00e9b" | indices("b")', null, [[1]]],
    ['indices("")', 'abc', [[]]],
    ['.[1.7], .[-1.2]', [1, 2, 3], [2, 3]],
    ['try error(null) catch .', null, [null]],
    ['try error catch .', null, [null]],
    ['[.[] | try error catch .]', [1, null], [[1, null]]],
    ['(.[] | select(. >= 2)) |= empty', [1, 5, 3, 0, 7], [[1, 0]]],
    ['try ((try . catch "too much") | error) catch "right"', 'x', ['right']],
    ['[.[] | try tonumber]', ['1', '2a', '3'], [[1, 3]]],
    ['.[] |= try tonumber', ['1', '2a', '3', 4], [[1, 3, 4]]],
    ['try tonumber catch .', '2a', ['string ("2a") cannot be parsed as a number']],
    ['try tonumber catch .', ' 1', ['string (" 1") cannot be parsed as a number']],
    ['[.[] | tonumber]', ['+1', '.5', '5.', '007', '-0.50'], [[1, 0.5, 5, 7, -0.5]]],
    ['tonumber | isnan', 'NaN', [true]],
    ['try delpaths([[range(10001)]]) catch .', [], ['Path too deep']],
    ['try setpath([range(10001)]; 1) catch .', null, ['Path too deep']],
    ['tojson', [0.1, 1e17, 1e-5, 100, 3.0, -0.0], ['[0.1,100000000000000000,1e-05,100,3,-0]']],
    ['[nan] | tojson', null, ['[null]']],
    ['"nan" | fromjson | isnan', null, [true]],
    ['implode', [65, 55_296, 1_114_112, -1], ['A\ufffd\ufffd\ufffd']],
    [
      'try implode catch .',
      ['a'],
      ['string ("a") can\'t be imploded, unicode codepoint needs to be numeric'],
    ],
    ['@base32d', 'NBUQ====', ['hi']],
    ['@base32', 'hello world', ['NBSWY3DPEB3W64TMMQ======']],
    ['@urid', '%C3%A9a+', ['\u00e9a+']],
    ['ascii', 65, ['A']],
    ['[splits("a+"; "i")]', 'xAay', [['x', 'y']]],
    [
      '[gsub("(?<a>.)"; "\\(.a|ascii_upcase)", "\\(.a|ascii_downcase)", "c")]',
      'aB',
      [['AB', 'ab', 'cc']],
    ],
    ['gsub(""; "-")', 'ab', ['-a-b-']],
    ['gsub("^a"; "x")', 'aab', ['xab']],
    ['[match(""; "g").offset]', 'ab', [[0, 1, 2]]],
    ['have_literal_numbers, have_decnum', null, [true, true]],
    ['"2015-03-05T23:51:47Z" | dateadd("seconds"; 10)?', null, []],
    ['1425599507 | date, todate', null, ['2015-03-05T23:51:47Z', '2015-03-05T23:51:47Z']],
    [
      'from_entries',
      [{ k: 'a', v: 1 }, { name: 'b' }, { key: 1, value: 2 }],
      [{ 1: 2, a: 1, b: null }],
    ],
    ['[getpath(["a", "b"], ["c"])]', { a: { b: 1 } }, [[1, null]]],
    ['[paths]', { a: [1] }, [[['a'], ['a', 0]]]],
    [
      '[path(limit(1; .a, .b)), path(skip(1; .a, .b)), path(last(.a, .b))]',
      null,
      [[['a'], ['b'], ['b']]],
    ],
    ['[1, 2] | .[-1:], .[:1]', null, [[2], [1]]],
    ['$__loc__', null, [{ file: '<top-level>', line: 1 }]],
    ['"\\($__loc__.line)"', null, ['1']],
    ['ltrimstr("a") | tojson | fromjson', 'ab', ['b']],
    ['reduce (1, 2) as $x (0; empty)', null, [null]],
    ['[foreach (1, 2) as $x (0; empty)]', null, [[]]],
    ['. as [$a] ?// $a | if ($a | type) == "number" then error("again") else $a end', [1], [[1]]],
    ['have_decnum | not', null, [false]],
    ['tojson', { __proto__x: 1 }, ['{"__proto__x":1}']],
  ];

describe('jq 1.7 and 1.8', () => {
  it.each(newerJq)('evaluates %s', (expression, input, outputs) => {
    expect(run(expression, input)).toEqual(outputs);
  });
});

describe('compileJq', () => {
  it('gives each run its variables, and null for those left out', () => {
    const program = compileJq('[$a, $b, .]', { variables: ['a', 'b'] });
    expect(program.run(1, { a: 2 })).toEqual([[2, null, 1]]);
  });

  it('stops at the first value when no more is asked for', () => {
    expect(compileJq('1, error("x")').first(null)).toBe(1);
    expect(compileJq('empty').first(null)).toBeUndefined();
  });

  it('treats __proto__ and constructor as names like any other', () => {
    const input: JsonValue = JSON.parse('{"__proto__": {"polluted": 1}}') as JsonValue;
    expect(run('.__proto__.polluted, .constructor, .toString', input)).toEqual([1, null, null]);
    expect(JSON.stringify(run('{"__proto__": 1} + {a: 2} | .__proto__ |= . + 1', null))).toBe(
      '[{"__proto__":2,"a":2}]',
    );
    expect(JSON.stringify(run('setpath(["__proto__", "x"]; 1) | to_entries', null))).toContain(
      '__proto__',
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('leaves its input as it was', () => {
    const input = { a: [1, { b: 2 }], c: {} };
    const before = JSON.stringify(input);
    run('.a[1].b = 3 | .a += [4] | .c.d = 1 | del(.a[0])', input);
    run('reduce range(3) as $i (.; .a += [$i] | .c["k"] = $i)', input);
    expect(JSON.stringify(input)).toBe(before);
  });

  it('folds in place without changing what the program still holds', () => {
    expect(run('reduce (1, 2) as $i ([]; . + [$i]) as $x | [$x, ($x + [3])]')).toEqual([
      [
        [1, 2],
        [1, 2, 3],
      ],
    ]);
    expect(run('[foreach (1, 2) as $i ([]; . + [$i])]')).toEqual([[[1], [1, 2]]]);
    expect(run('reduce (1, 2, 3) as $i ({a: []}; .a += [$i] | .b = .a)')).toEqual([
      { a: [1, 2, 3], b: [1, 2, 3] },
    ]);
    expect(run('reduce (1, 2) as $i ({a: {n: 0}}; .b = .a | .a.n += $i)')).toEqual([
      { a: { n: 3 }, b: { n: 1 } },
    ]);
    expect(run('reduce (1, 2) as $i ([[0], [1]]; .[] += [$i])')).toEqual([
      [
        [0, 1, 2],
        [1, 1, 2],
      ],
    ]);
    expect(run('[1, 2] | reduce (1, 2) as $i (.; .[1, 0] = $i | .[2] = length)')).toEqual([
      [2, 2, 3],
    ]);
    expect(
      run('{n: [0]} as $s | reduce (1, 2) as $i ({}; .s = $s | .s.n += [$i]) | [., $s]'),
    ).toEqual([[{ s: { n: [0, 2] } }, { n: [0] }]]);
  });

  it('yields plain JSON for numbers that JSON has no notation for', () => {
    expect(run('[nan, infinite, -infinite, 1e1000]')).toEqual([
      [null, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_VALUE],
    ]);
  });

  it('names the value of an error that is no string', () => {
    expect(() => run('error({a: 1})')).toThrow(
      new JqRuntimeError('{"a":1} (not a string)', { a: 1 }),
    );
  });

  it.each([
    ['.a |', 4],
    ['1 +', 3],
    ['{a: 1', 5],
    ['"abc', 0],
    ['.a & .b', 3],
    ['$x', 0],
    ['nosuch(1)', 0],
    ['. as [$a | $a', 9],
    ['break $x', 0],
    ['1 == 2 == 3', 7],
    ['"a\\q"', 2],
    ['{a: 1 as $x | 2}', 6],
    ['{(1): 2}', 1],
    ['1 + def f: 1; f', 4],
    ['test("a(")', 0],
    ['split(", *"; "q")', 0],
    ['def f: 1', 8],
    ['@nosuch', 0],
    ['.[', 2],
    ['if 1 then 2', 11],
  ])('points at what is wrong in %s', (source, offset) => {
    const error = thrownBy(() => compileJq(source));
    expect(error).toBeInstanceOf(JqSyntaxError);
    expect(error).toMatchObject({ offset });
  });

  it.each([
    ['debug', [7]],
    ['debug("about \\(.)")', [7]],
    ['stderr', [7]],
    ['input_line_number, input_filename', [0, null]],
    ['[inputs], try input catch .', [[], 'No more inputs']],
    ['try halt_error catch .', [7]],
    ['try ("bye" | halt_error(1)) catch .', ['bye']],
    ['try halt catch .', ['halt: an expression cannot stop the program']],
  ])('has no outside for %s', (source, outputs) => {
    expect(compileJq(source).run(7)).toEqual(outputs);
  });

  it.each(['env', '$ENV.PATH', 'now', 'import "a" as a; 1', 'include "a"; 1', 'a::b'])(
    'refuses %s when it is compiled',
    (source) => {
      expect(() => compileJq(source)).toThrow(JqSyntaxError);
    },
  );

  it('lets the host give the time and listen to debug', () => {
    const heard: JsonValue[] = [];
    const host = {
      now: () => 1_500,
      debug: (message: JsonValue) => {
        heard.push(message);
      },
    };
    expect(compileJq('now, (2 | debug), (3 | debug("m"))', { host }).run(null)).toEqual([
      1.5, 2, 3,
    ]);
    expect(heard).toEqual([2, 'm']);
  });

  it.each([
    ['^\\p{L}+$', 'Ünï', true],
    ['^\\x{e9}+$', 'éé', true],
    ['^x}+$', 'x}}', true],
    ['^[^\\W]+$', 'né', true],
    ['^[[:word:]]+$', 'né', true],
    ['^\\h$', 'h', true],
    ['\\bé\\b', 'a é b', true],
    ['(?<=a)b(?!c)', 'abd', true],
    ['(?<=a)b(?!c)', 'abc', false],
    ['a++ab', 'aaab', false],
    ['(?>a+)b', 'aab', true],
    ['^(.)\\1$', 'éé', true],
    ['(?i)É', 'é', true],
  ])('matches %s as Oniguruma does', (pattern, text, isFound) => {
    expect(run(`test(${JSON.stringify(pattern)})`, text)).toEqual([isFound]);
  });

  it('keeps the budget it is given', () => {
    expect(
      thrownBy(() => compileJq('[range(10)]', { budget: { steps: 5 } }).run(null)),
    ).toMatchObject({ limit: 'steps' });
    expect(
      thrownBy(() => compileJq('range(10)', { budget: { outputs: 5 } }).run(null)),
    ).toMatchObject({ limit: 'outputs' });
    expect(
      thrownBy(() => compileJq('"x" * 100', { budget: { bytes: 5 } }).run(null)),
    ).toMatchObject({ limit: 'bytes' });
    expect(
      thrownBy(() => compileJq('def f: 1 + f; f', { budget: { depth: 50 } }).run(null)),
    ).toMatchObject({ limit: 'depth' });
  });

  it('lets nothing inside the program catch the end of the budget', () => {
    expect(() => run('try until(false; .) catch 1')).toThrow(JqBudgetError);
    expect(() => run('(until(false; .))? // 1')).toThrow(JqBudgetError);
    expect(() => run('. as [$a] ?// $b | until(false; .)', [1])).toThrow(JqBudgetError);
  });

  it('folds seventy thousand rows within the default budget', () => {
    const rows = Array.from({ length: 70_000 }, (_, amount) => ({ amount }));
    expect(run('reduce .[] as $r (0; . + $r.amount)', rows)).toEqual([2_449_965_000]);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

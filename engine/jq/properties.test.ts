import {
  assert,
  constantFrom,
  jsonValue,
  letrec,
  oneof,
  property,
  string,
  tuple,
  array,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { describe, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { defaultBudget } from './budget.ts';
import { Meter } from './meter.ts';
import { compileJq, JqBudgetError, JqRuntimeError, JqSyntaxError } from './compile.ts';
import { compare } from './values/compare.ts';

/** What fast-check's generator makes is JSON. */
const json = (): Arbitrary<JsonValue> => jsonValue({ maxDepth: 4 }) as Arbitrary<JsonValue>;

/** True when the jq predicate holds for the input. */
function holds(expression: string): (input: JsonValue) => boolean {
  const program = compileJq(expression);
  return (input) => program.first(input) === true;
}

describe('laws', () => {
  it.each([
    ['tojson and fromjson undo each other', '(tojson | fromjson) == .'],
    ['every path leads to a value', '. as $in | all(path(..); . as $p | $in | getpath($p) | true)'],
    [
      'setting what is there changes nothing',
      '. as $in | all(path(..); . as $p | ($in | setpath($p; getpath($p))) == $in)',
    ],
    [
      'what was set is found',
      '. as $in | all(path(..); . as $p | ($in | setpath($p; 7) | getpath($p)) == 7)',
    ],
    ['tostream and fromstream undo each other', '[fromstream(tostream)] == [.]'],
    [
      'paths and getpath rebuild the leaves',
      '([paths(scalars)] | length) == ([leaf_paths] | length)',
    ],
    ['update with the identity changes nothing', '(.. |= .) == .'],
    ['walk with the identity changes nothing', 'walk(.) == .'],
    ['entries undo each other', 'if type == "object" then with_entries(.) == . else true end'],
    [
      'sort is idempotent and keeps everything',
      '[.., .] | (sort | sort) == sort and (sort | length) == length',
    ],
    ['unique and group_by agree', '[..] | unique == (group_by(.) | map(.[0]))'],
    [
      'deleting all items leaves nothing',
      'if type == "array" or type == "object" then (del(.[]) | length) == 0 else true end',
    ],
    ['base64 undoes itself', 'tojson | (@base64 | @base64d) == .'],
    [
      'slices partition',
      'if type == "array" or type == "string" then (.[:2] + .[2:]) == . else true end',
    ],
    ['explode and implode undo each other', '[.. | strings] | all((explode | implode) == .)'],
  ])('%s', (_title, expression) => {
    assert(property(json(), holds(expression)), { numRuns: 150 });
  });

  it('orders all values totally', () => {
    const order = (left: JsonValue, right: JsonValue): number =>
      Math.sign(compare(left, right, new Meter(defaultBudget)));
    assert(
      property(tuple(json(), json(), json()), ([a, b, c]) => {
        const isAntisymmetric = order(a, b) === -order(b, a);
        const isTransitive = order(a, b) > 0 || order(b, c) > 0 || order(a, c) <= 0;
        return isAntisymmetric && isTransitive && order(a, a) === 0;
      }),
    );
  });
});

const words = [
  '.',
  '..',
  '|',
  ',',
  '+',
  '-',
  '*',
  '//',
  '=',
  '|=',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  ';',
  '$x',
  'as',
  'def',
  'f',
  'if',
  'then',
  'else',
  'end',
  'reduce',
  'foreach',
  'try',
  'catch',
  'label',
  '?',
  '"',
  '\\(',
  '@json',
  '.a',
  '1',
  '"s"',
  'and',
  'map',
  '#',
];

describe('programs', () => {
  it('are parsed or refused with a syntax error, whatever the text', () => {
    assert(
      property(
        oneof(
          string({ maxLength: 40 }),
          array(constantFrom(...words), { maxLength: 15 }).map((list) => list.join(' ')),
        ),
        (text) => {
          try {
            compileJq(text);
          } catch (error) {
            if (!(error instanceof JqSyntaxError)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('end in values or in an error of their own, at the same point each time', () => {
    const { program } = letrec((tie) => {
      const inner = tie('program') as Arbitrary<string>;
      return {
        program: oneof(
          { depthSize: 'small', withCrossShrink: true },
          constantFrom(
            '.',
            '.a',
            '.[0]',
            '.[]?',
            '1',
            '"s"',
            '[]',
            '{}',
            'empty',
            'length',
            '..',
            'tojson',
            'keys?',
            'range(1e9)',
            'f',
          ),
          tuple(inner, constantFrom('|', ',', '+', '*', '//', '==', '|=', '+=', 'and'), inner).map(
            ([left, operator, right]) => `(${left} ${operator} ${right})`,
          ),
          inner.map((body) => `[${body}]`),
          inner.map((body) => `{a: (${body})}`),
          inner.map((body) => `(try (${body}) catch .)`),
          inner.map((body) => `first(${body})`),
          inner.map((body) => `[limit(3; ${body})]`),
          inner.map((body) => `[path(${body})]`),
          tuple(inner, inner).map(([source, body]) => `(reduce (${source}) as $x (0; ${body}))`),
          tuple(inner, inner).map(([body, rest]) => `(def f: ${body}; ${rest})`),
        ),
      };
    });
    const result = (source: string, input: JsonValue): string => {
      try {
        return JSON.stringify(
          compileJq(`def f: .; ${source}`, { budget: { steps: 20_000 } }).run(input),
        );
      } catch (error) {
        if (error instanceof JqRuntimeError || error instanceof JqBudgetError) return error.message;
        throw error;
      }
    };
    assert(
      property(program, json(), (source, input) => result(source, input) === result(source, input)),
      { numRuns: 500 },
    );
  });
});

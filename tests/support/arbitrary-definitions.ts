import { readdirSync, readFileSync } from 'node:fs';
import {
  array,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  string,
  tuple,
  uint8Array,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';

const examples = new URL('../conformance/examples/', import.meta.url);

const texts: readonly string[] = readdirSync(examples)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, examples), 'utf8'));

/** A whole definition with a schedule, schemas, rules, templates and anchors: places that examples leave out. */
const rich = `document:
  dsl: 1.0.3
  namespace: tests
  name: rich
  version: 1.0.0
  metadata:
    rules: [{ code: A, message: m, check: '.a > 1' }]
    responses: { text: '{{ output.a | date: "%F" }}', html: { en: '<b>{{ output | json }}</b>' } }
schedule: { every: PT1H, cron: 'CRON_TZ=Europe/Berlin 0 5 * * MON-FRI' }
input: { schema: { document: &shape { type: object, properties: { a: { type: number, format: int32 } } } } }
output: { schema: { document: { $ref: '#/$defs/x', $defs: { x: *shape } } } }
do:
  - one: { set: { a: '\${ .a + 1 }', b: [1, 2.5, null] } }
  - two: { wait: { seconds: 1 }, then: end }
`;

/** What texts are made of that have surprised a parser of YAML, a reader of schemas, of expressions, of schedules. */
const pieces = [
  ...[
    '*nope',
    '&a [*a]',
    '!!set {a}',
    '!!omap [a: 1]',
    '!!binary "&"',
    '!!timestamp x',
    '!foo 1',
    '!<x> y',
  ],
  ...[
    '.inf',
    '.nan',
    '123e456',
    '12345678901234567890',
    '0x1F',
    '0o8',
    '~',
    '? [a]\n: b',
    '<<: *a',
    '{1: a, "1": b}',
  ],
  ...[
    '\t',
    '\r',
    '\ufeff',
    '\ud800',
    '\u0000',
    '\u0085',
    '\u2028',
    '"\\ud800"',
    '"\\u0000"',
    '"\\x',
    "'",
    '"',
    '`',
    '@',
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n---\n',
    '%TAG ! x\n',
    '#',
    ' |\n  a',
    ' >-9\n a',
    '- - - ',
    '[[[[',
    '}}',
    ': :',
  ],
  ...[
    '__proto__: 1',
    'constructor: {}',
    'toString: x',
    '$ref: "#"',
    '$ref: "http://a/b"',
    'pattern: "(?=a)"',
    'type: nope',
  ],
  ...[
    '$dynamicRef: "#a"',
    '$id: "::"',
    '$schema: x',
    'format: date-time',
    'multipleOf: 0',
    'minLength: -1',
    'enum: 1',
  ],
  ...[
    '${',
    '${ }',
    '${ .a | }',
    '${ "\\(',
    '{{',
    '{% if %}',
    "{{ a | date: '%Q' }}",
    'H * * * *',
    '@yearly',
    'PT0S',
    'P1Y1W',
  ],
  ...[
    'do: 1',
    'do: []',
    'then: nowhere',
    'call: http',
    'with: null',
    'for: {}',
    'try: []',
    'catch: {}',
    'use: 1',
    'schedule: {}',
  ],
];

/** Texts near to definitions: some still are ones. */
export const nearDefinitions: Arbitrary<string> = tuple(
  constantFrom(rich, ...texts),
  array(
    tuple(
      double({ min: 0, max: 1, noNaN: true }),
      integer({ min: 0, max: 12 }),
      oneof(
        { weight: 8, arbitrary: constantFrom(...pieces) },
        { weight: 1, arbitrary: string({ unit: 'binary', maxLength: 6 }) },
        { weight: 1, arbitrary: constant('') },
      ),
    ),
    { maxLength: 3 },
  ),
).map(([text, edits]) =>
  edits.reduce((result, [at, length, piece]) => edited(result, at, { length, piece }), text),
);

function edited(
  text: string,
  at: number,
  { length, piece }: { readonly length: number; readonly piece: string },
): string {
  const start = placeOf(text, at);
  return text.slice(0, start) + piece + text.slice(start + length);
}

/** Before a word, where an edit makes another document more often than no document. */
function placeOf(text: string, at: number): number {
  const words = [...text.matchAll(/(?<=[\s:{[,])[^\s:{[,]/g)];
  return words[Math.floor(at * words.length)]?.index ?? 0;
}

/** Bytes near to definitions, most of them no UTF-8. */
export const nearDefinitionBytes: Arbitrary<Uint8Array> = tuple(
  nearDefinitions,
  double({ min: 0, max: 1, noNaN: true }),
  uint8Array({ maxLength: 5 }),
).map(([text, at, bytes]) => {
  const whole = Buffer.from(text);
  const start = Math.floor(at * whole.length);
  return Buffer.concat([whole.subarray(0, start), bytes, whole.subarray(start + bytes.length)]);
});

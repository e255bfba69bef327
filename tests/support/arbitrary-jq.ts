import { array, constant, constantFrom, dictionary, integer, letrec, oneof, record, tuple } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { JsonValue } from '../../kernel/json.ts';

const keys = ['a', 'b', 'c', 'key', 'é'];
const scalars: readonly JsonValue[] = [
  null, true, false, 0, 1, -1, 2, 3.5, -0.25, 100, '', 'a', 'b', 'abc', 'a,b', 'é😀', ' x\n', '12', '-3.5', '[1]', 'YWJj',
];

/** JSON with few keys and small numbers, so that programs find something in it. */
export const jqInput: Arbitrary<JsonValue> = letrec<{ value: JsonValue }>((tie) => ({
  value: oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    constantFrom(...scalars),
    array(tie('value'), { maxLength: 4 }),
    dictionary(constantFrom(...keys), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const simplePaths = [
  '.', '.a', '.b', '.["c"]', '.a?', '."key"', '.[0]', '.[-1]', '.[1]', '.[1:]', '.[:-1]', '.[0:2]', '.[]', '.[]?', '.a.b',
  '.a[0]', '.[0].a', '.a[]?', '.. ', 'first', 'last', 'getpath(["a","b"])', 'getpath([0])', '.[1:]?', '.["a","b"]?',
];
const plainFunctions = [
  'length', 'keys', 'keys_unsorted', 'values', 'nulls', 'type', 'not', 'add', 'any', 'all', 'flatten', 'reverse', 'sort',
  'unique', 'min', 'max', 'to_entries', 'from_entries', 'tostring', 'tonumber', 'tojson', 'fromjson', 'ascii_downcase',
  'ascii_upcase', 'explode', 'implode', 'floor', 'ceil', 'round', 'sqrt', 'abs', 'fabs', 'trunc', 'isnan', 'isinfinite',
  'isnormal', 'scalars', 'iterables', 'objects', 'arrays', 'strings', 'numbers', 'booleans', 'paths', 'leaf_paths?',
  'tostream', 'transpose', 'trim', 'ltrim', 'rtrim', 'utf8bytelength', 'empty', 'error', 'recurse', 'toarray', 'getpath(["a"])',
  'combinations', 'walk(.)', 'group_by(.)', 'unique_by(type)', 'splits(",")', 'tojson | fromjson', 'have_decnum', 'halt_error?',
  '@text', '@json', '@csv', '@tsv', '@html', '@uri', '@sh', '@base64', '@base64d', '@urid', 'ascii?', 'env | type', 'first', 'last',
  'significand', 'logb', 'gamma', 'frexp', 'modf', 'exp2', 'log2', 'todate', 'gmtime', 'mktime', 'infinite', 'nan | isnan',
  '$__loc__', 'input_line_number', 'splits("a")', 'ltrimstr("a")', 'rtrimstr("b")', 'trimstr("a")', 'startswith("a")',
  'endswith("c")', 'split(",")', 'join("-")', 'ascii_downcase?', 'test("a")', '[match("[ab]+";"g").string]', 'sub("a";"x")',
  'gsub("";"-")', 'gsub("(?<l>[a-z])";"<\\(.l)>")', 'capture("(?<n>\\\\d+)")', 'scan("[a-z]")', 'indices("a")', 'index(",")',
  'rindex("b")', 'inside("abc")', 'contains("a")', 'has("a")', 'has(0)', 'in({"a":1})', 'tojson | length', 'limit(2;.[])',
  'until(true;.)', 'error(null)', 'range(3)', 'pick(.a)', 'debug', 'skip(1;.[]?)', 'have_literal_numbers', 'getpath([])',
].filter((name) => !/leaf_paths|halt_error|ascii\?|^toarray$/.test(name));
const operators = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', 'and', 'or', '//'];
const updates = ['=', '|=', '+=', '-=', '*=', '//='];
/** By `_` the places of filters, by `@` those of paths. */
const templates = [
  'map(_)', 'map_values(_)', 'select(_)', '[_]', '[limit(2;_)]', 'first(_)', '[.[]?|_]', 'sort_by(_)', 'group_by(_)', 'unique_by(_)',
  'min_by(_)', 'max_by(_)', 'any(_)', 'all(_)', 'add(_)', 'with_entries(.value |= _)', 'walk(if type == "number" then _ else . end)',
  'try (_) catch .', '(_)?', '[paths(_)]', '[_] | length', '{a: _}', '{(_|tostring): 1}', '{a: (_), b: 2}', '"x\\(_)y"', '@json "v\\(_)"',
  'isempty(_)', 'error(_)', '[_, _]', '_ as $x | [$x, (_)]', '_ as [$a, $b] | {a: $a, b: $b}', '_ as {a: $x, b: [$y]} | [$x, $y]',
  '_ as [$a] ?// {a: $a} | [$a]', 'if _ then _ else _ end', 'if _ then _ end', 'if _ then 1 elif _ then 2 else 3 end',
  'reduce (_) as $x (0; . + 1)', 'reduce .[]? as $x (null; _)', 'reduce .[]? as [$i, $j] (.; [$i, $j])',
  '[foreach (_) as $x (0; . + 1; [., $x])]', '[foreach .[]? as $x (.; _)]', 'def f: _; [f, f]', 'def f(g): [g, g]; f(_)',
  'def f($v): [$v, .]; f(_)', 'label $out | (_, break $out, 1)', '[label $l | .[]? | if _ then ., break $l else . end]',
  '[range(3) as $i | _]', '[.[_]?]', '.[_]', 'has(_)', 'contains(_)', 'inside(_)', 'indices(_)', 'index(_)', 'join(_)', 'split(_)',
  'startswith(_)', 'ltrimstr(_)', 'rtrimstr(_)', 'flatten(_)', 'getpath(_)', 'delpaths(_)', 'setpath(["a"]; _)', 'to_entries | map(_)',
  'path(@)', '[path(@)]', 'del(@)', '[paths] | length', '@ UPDATE (_)', 'pick(@)', 'to_entries?', '[@, @]', '@ | _', '_ | _', '(_, _)',
  '(_) OP (_)', '-(_)', '[.[:_]?]', 'limit(_; 1, 2)', 'skip(_; 1, 2, 3)', 'nth(_; 1, 2)', '[splits(_)]', 'test(_)', 'ascii(_)?',
  'tojson | _', 'getpath(["a"]) | _', 'INDEX(_)', 'IN(_)', 'IN(.[]?; _)', 'bsearch(_)', 'combinations(_)', 'tostream | _', 'truncate_stream(1; tostream)',
  'fromstream(tostream) | _', 'limit(3; recurse(_))', '[limit(3; repeat(_))]', '[limit(3; while(_; _))]', 'getpath(paths)', 'input?',
  'ltrimstr(_) | _', 'trimstr(_)', 'have_decnum | _', 'pow(_; 2)', 'ldexp(_; 2)', 'strftime(_)', 'splits(_; "g")', 'sub(_; "x")', 'env | _',
  'try error(_) catch .', 'error(_)?', '.[]? |= (_)', '(@) |= (_)', '(@) |= empty', 'del(@, @)', 'to_entries[]?', '[.[]?] | _', '. as $d | _',
].filter((template) => !/ascii\(|input\?|combinations\(/.test(template));

/** Programs that compile, over the whole language. */
export const jqProgram: Arbitrary<string> = letrec<{ filter: string; path: string }>((tie) => ({
  filter: oneof(
    { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
    constantFrom(...plainFunctions, ...simplePaths, ...scalars.map((value) => JSON.stringify(value))),
    record({
      template: constantFrom(...templates),
      operator: constantFrom(...operators),
      update: constantFrom(...updates),
      filters: tuple(tie('filter'), tie('filter'), tie('filter')),
      paths: tuple(tie('path'), tie('path')),
    }).map(filled),
  ),
  path: oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    constantFrom(...simplePaths),
    tuple(tie('path'), constant(' | '), tie('path')).map((parts) => parts.join('')),
    tuple(tie('path'), constantFrom(' // ', ', '), tie('path')).map((parts) => `(${parts.join('')})`),
    tie('filter').map((filter) => `select(${filter})`),
    tuple(integer({ min: 0, max: 3 }), tie('path')).map(([count, path]) => `limit(${count}; ${path})`),
    tie('path').map((path) => `(if . then ${path} else .a? end)`),
  ),
})).filter;

interface Parts {
  readonly template: string;
  readonly operator: string;
  readonly update: string;
  readonly filters: readonly string[];
  readonly paths: readonly string[];
}

function filled({ template, operator, update, filters, paths }: Parts): string {
  let filter = 0;
  let path = 0;
  // `@json` is a format, `@` alone a place.
  const text = template.replaceAll(/(?<![A-Za-z])_(?![A-Za-z])|@(?![a-z])|OP|UPDATE/g, (place) => {
    if (place === 'OP') return operator;
    if (place === 'UPDATE') return update;
    return place === '_' ? `(${filters[filter++ % filters.length] ?? '.'})` : `(${paths[path++ % paths.length] ?? '.'})`;
  });
  return `(${text})`;
}

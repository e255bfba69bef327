import { describe, expect, it } from 'vitest';
import { compileJq } from './compile.ts';

/** What docs/dsl.md says differs from jq 1.8. */
describe('where jq differs', () => {
  it.each([
    ['100000000000000000 + 0 | tojson', ['100000000000000000']],
    ['1.0, 1e3 | tojson', ['1', '1000']],
    ['{} | .b = 1 | .["7"] = 2 | keys_unsorted', [['7', 'b']]],
    ['{} | .a?//0', [0]],
    ['[1, 2].[1:]', [[2]]],
    ['[1 | toarray], (65 | [ascii]), ("a" | @base32)', [[[1]], ['A'], 'ME======']],
    ['"ab" | reverse', ['ba']],
    ['[5] | with_entries(.)', [{ 0: 5 }]],
    ['"1425599507" | strptime("%s") | mktime', [1_425_599_507]],
    ['"2023-02-30" | strptime("%Y-%m-%d") | mktime | todate', ['2023-03-02T00:00:00Z']],
    ['-0.25 | gmtime', [[1969, 11, 31, 23, 59, 59.75, 3, 364]]],
    ['0 | strflocaltime("%H %Z"), (localtime | mktime)', ['00 UTC', 0]],
    ['"é😀" | gsub(""; "-")', ['-é-😀-']],
    ['[label $out | 1 as [$a] ?// $a | 2, break $out]', [[2]]],
    ['[path(last(.a, .b))], ({} | reduce (1, 2) as $x (.; .a) |= 7)', [[['b']], { a: { a: 7 } }]],
    ['"ß" | test("ss"; "i")', [false]],
    ['infinite | tojson', ['1.7976931348623157e+308']],
  ])('%s', (source, outputs) => {
    expect(compileJq(source).run(null)).toEqual(outputs);
  });
});

import type { Definition } from '../ast.ts';
import { parseDefinition } from '../parser.ts';

// `$re` is a text, or an array of the text and its flags.
const patternAndFlags =
  '($re | type) as $type | (if $type == "string" then [$re, null] elif $type == "array" and $re != [] then $re else error($type + " not a string or array") end)';

/**
 * Builtins in jq itself: those that are not worth code of their own,
 * and what path expressions see of those that are.
 */
const sources: Readonly<Record<string, string>> = {
  'recurse/0': 'def recurse: def r: ., (.[]? | r); r;',
  'recurse/1': 'def recurse(f): def r: ., (f | r); r;',
  'recurse/2': 'def recurse(f; cond): def r: ., (f | select(cond) | r); r;',
  'recurse_down/0': 'def recurse_down: recurse;',
  'first/0': 'def first: .[0];',
  'last/0': 'def last: .[-1];',
  'nth/1': 'def nth($n): .[$n];',
  'nth/2': `def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else first(skip($n; f)) end;`,
  'until/2': 'def until(cond; next): def r: if cond then . else next | r end; r;',
  'while/2': 'def while(cond; next): def r: if cond then ., (next | r) else empty end; r;',
  'repeat/1': 'def repeat(f): def r: f, r; r;',
  'values/0': 'def values: select(. != null);',
  'nulls/0': 'def nulls: select(. == null);',
  'booleans/0': 'def booleans: select(type == "boolean");',
  'numbers/0': 'def numbers: select(type == "number");',
  'strings/0': 'def strings: select(type == "string");',
  'arrays/0': 'def arrays: select(type == "array");',
  'objects/0': 'def objects: select(type == "object");',
  'iterables/0': 'def iterables: select(type | . == "array" or . == "object");',
  'scalars/0': 'def scalars: select(type | . != "array" and . != "object");',
  'finites/0': 'def finites: select(type == "number" and (isinfinite | not));',
  'normals/0': 'def normals: select(isnormal);',
  'isfinite/0': 'def isfinite: type == "number" and (isinfinite | not);',
  'isvalid/1': 'def isvalid(f): try (f | true) catch false;',
  'in/1': 'def in(xs): . as $x | xs | has($x);',
  'any/1': 'def any(f): any(.[]; f);',
  'all/1': 'def all(f): all(.[]; f);',
  'paths/0': 'def paths: path(..) | select(length > 0);',
  'paths/1': 'def paths(f): path(.. | select(f)) | select(length > 0);',
  'leaf_paths/0': 'def leaf_paths: paths(scalars);',
  'pick/1': 'def pick(f): . as $in | reduce path(f) as $p (null; setpath($p; $in | getpath($p)));',
  'combinations/0':
    'def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $rest | [$x] + $rest end;',
  'combinations/1': 'def combinations(n): . as $in | [range(n)] | map($in) | combinations;',
  'walk/1':
    'def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;',
  'todate/0': 'def todate: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'fromdate/0': 'def fromdate: fromdateiso8601;',
  'fromdateiso8601/0': 'def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;',
  'todateiso8601/0': 'def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");',
  'date/0': 'def date: todate;',
  'dateadd/2': 'def dateadd(unit; $n): . + $n;',
  'datesub/2': 'def datesub(unit; $n): . - $n;',
  'localtime/0': 'def localtime: gmtime;',
  'match/1': `def match($re): ${patternAndFlags} as [$re, $flags] | match($re; $flags);`,
  'test/1': `def test($re): ${patternAndFlags} as [$re, $flags] | test($re; $flags);`,
  'capture/1': `def capture($re): ${patternAndFlags} as [$re, $flags] | capture($re; $flags);`,
  'capture/2':
    'def capture($re; flags): match($re; flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;',
  'scan/1': 'def scan($re): scan($re; null);',
  'scan/2':
    'def scan($re; $flags): match($re; "g" + $flags) | if .captures == [] then .string else [.captures[].string] end;',
  'split/2': 'def split($re; flags): [splits($re; flags)];',
  'splits/1': 'def splits($re): splits($re; null);',
  'splits/2':
    'def splits($re; flags): . as $in | foreach (match($re; flags + "g"), null) as $m ({at: 0}; if $m == null then .part = $in[.at:] else .part = $in[.at:$m.offset] | .at = $m.offset + $m.length end; .part);',
  'sub/2': 'def sub($re; f): sub($re; f; "");',
  'gsub/2': 'def gsub($re; f): sub($re; f; "g");',
  'gsub/3': 'def gsub($re; f; $flags): sub($re; f; $flags + "g");',
  'tostream/0':
    'def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);',
  'fromstream/1':
    'def fromstream(f): {x: null, e: false} as $init | foreach f as $i ($init; if .e then $init else . end | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; $i[0] | length == 1) end; if .e then .x else empty end);',
  'truncate_stream/1':
    'def truncate_stream(f): . as $n | null | f | . as $in | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;',
  'INDEX/2': 'def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] = $row);',
  'INDEX/1': 'def INDEX(f): INDEX(.[]; f);',
  'IN/1': 'def IN(s): any(s == .; .);',
  'IN/2': 'def IN(source; s): any(source == s; .);',
  'JOIN/2': 'def JOIN($index; f): [.[] | [., $index[f]]];',
  'JOIN/3': 'def JOIN($index; stream; f): stream | [., $index[f]];',
  'JOIN/4': 'def JOIN($index; stream; f; join): stream | [., $index[f]] | join;',
  'input/0': 'def input: error("No more inputs");',
  'inputs/0': 'def inputs: empty;',
  'input_filename/0': 'def input_filename: null;',
  'input_line_number/0': 'def input_line_number: 0;',
  'halt/0': 'def halt: error("halt: an expression cannot stop the program");',
  'halt_error/0': 'def halt_error: error;',
  'halt_error/1':
    'def halt_error($code): if $code | type == "number" then error else error("\\(type) (\\(tojson)) halt_error/1: number required") end;',
  'stderr/0': 'def stderr: .;',
  'debug/1': 'def debug(f): (f | debug | empty), .;',
};

const parsed = new Map<string, Definition>();

/** The definition of a builtin, parsed when it is first asked for. */
export function preludeDefinition(key: string): (() => Definition) | undefined {
  const source = Object.hasOwn(sources, key) ? sources[key] : undefined;
  if (source === undefined) return undefined;
  return () => {
    const definition = parsed.get(key) ?? parseDefinition(source);
    parsed.set(key, definition);
    return definition;
  };
}

export const preludeNames = Object.keys(sources);

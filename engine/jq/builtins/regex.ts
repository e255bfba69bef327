import { many, single, weightOf } from '../code.ts';
import type { Code } from '../code.ts';
import type { Meter } from '../meter.ts';
import type { Env } from '../code.ts';
import { JqRuntimeError } from '../errors.ts';
import { describe } from '../values/dump.ts';
import type { Value } from '../values/kinds.ts';
import { codePointCounter, codePointLength } from '../values/strings.ts';
import { add } from '../values/arithmetic.ts';
import { setProperty } from '../values/objects.ts';
import type { Draft } from '../values/objects.ts';
import { collect } from '../compile-basic.ts';
import type { Matcher } from 're2js';
import type { FilterBuilder } from './builtin.ts';
import { compilePattern } from './regex-pattern.ts';
import type { Pattern } from './regex-pattern.ts';

/** `match`, `test` and `sub`; all other builtins with regular expressions rest on them. */
export const regexFilters: Readonly<Record<string, FilterBuilder>> = {
  'match/2': ([pattern, flags]) => matching(pattern, flags),
  'test/2': ([pattern, flags]) => testing(pattern, flags),
  'sub/3': ([pattern, replacement, flags]) => substitution(replacement, pattern, flags),
};

function matching(pattern: Code | undefined, flags: Code | undefined): Code {
  return withPattern(pattern, flags, (search, env, emit) => {
    eachMatch(search, env.meter, emit);
  });
}

function testing(pattern: Code | undefined, flags: Code | undefined): Code {
  const { one: patternOne, weight = 1 } = pattern ?? {};
  const { one: flagsOne } = flags ?? {};
  if (patternOne !== undefined && flagsOne !== undefined) {
    return single(
      (input, env) =>
        isMatch(
          prepare(
            input,
            { pattern: patternOne(input, env), flags: flagsOne(input, env) },
            env.meter,
          ),
          env.meter,
        ),
      weight + 3,
    );
  }
  return withPattern(pattern, flags, (search, env, emit) => {
    emit(isMatch(search, env.meter));
  });
}

interface Search {
  readonly text: string;
  readonly pattern: Pattern;
}

function withPattern(
  pattern: Code | undefined,
  flags: Code | undefined,
  run: (search: Search, env: Env, emit: (value: Value) => void) => void,
): Code {
  if (pattern === undefined || flags === undefined)
    throw new TypeError('a pattern and flags are needed');
  return many(
    (input, env, emit) => {
      flags.each(input, env, (flagsValue) => {
        pattern.each(input, env, (patternValue) => {
          run(prepare(input, { pattern: patternValue, flags: flagsValue }, env.meter), env, emit);
        });
      });
    },
    weightOf([pattern, flags]) + 4,
  );
}

function prepare(
  input: Value,
  { pattern, flags }: { pattern: Value; flags: Value },
  meter: Meter,
): Search {
  if (typeof input !== 'string') {
    throw new JqRuntimeError(`${describe(input, meter)} cannot be matched, as it is not a string`);
  }
  if (typeof pattern !== 'string')
    throw new JqRuntimeError(`${describe(pattern, meter)} is not a string`);
  if (flags !== null && typeof flags !== 'string') {
    throw new JqRuntimeError(`${describe(flags, meter)} is not a string`);
  }
  return { text: input, pattern: compilePattern(pattern, flags ?? '', meter) };
}

/** Linear in the text, times the size of the pattern. */
function charge({ text, pattern }: Search, meter: Meter, from: number): void {
  meter.work(8 + Math.ceil(((text.length - from) * pattern.cost) / 16));
}

function isMatch(search: Search, meter: Meter): boolean {
  charge(search, meter, 0);
  return search.pattern.program.test(search.text);
}

function eachMatch(search: Search, meter: Meter, emit: (match: Value) => void): void {
  const { text, pattern } = search;
  const offset = codePointCounter(text);
  scan(search, meter, (matcher) => {
    meter.allocate(200 + pattern.groups.length * 200);
    const captures = pattern.groups.map((name, at) => ({ ...span(matcher, at + 1, offset), name }));
    emit({ ...span(matcher, 0, offset), captures });
  });
}

/** Finds the match, or with the flag `g` all; an empty one is followed by a step of one code point. */
function scan(search: Search, meter: Meter, found: (matcher: Matcher) => void): void {
  const { text, pattern } = search;
  const matcher = pattern.program.matcher(text);
  for (let from = 0; from <= text.length;) {
    charge(search, meter, from);
    if (!matcher.find(from)) return;
    const end = matcher.end();
    const isEmpty = end === matcher.start();
    if (!isEmpty || !pattern.skipsEmpty) found(matcher);
    if (!pattern.isGlobal) return;
    from = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
}

/** Replaces matches by the texts the filter makes of their named groups: one result for each it makes. */
function substitution(
  replacement: Code | undefined,
  pattern: Code | undefined,
  flags: Code | undefined,
): Code {
  if (replacement === undefined) throw new TypeError('sub takes a replacement');
  return withPattern(pattern, flags, (search, env, emit) => {
    const results: Value[] = [];
    let previous = 0;
    scan(search, env.meter, (matcher) => {
      const gap = search.text.slice(previous, matcher.start());
      const texts = collect(replacement.each, namedGroups(matcher, search.pattern), env);
      for (const [at, text] of texts.entries()) {
        results[at] = add(add(results[at] ?? '', gap, env.meter), text, env.meter);
      }
      previous = matcher.end();
    });
    if (results.length === 0) emit(search.text);
    for (const result of results) emit(add(result, search.text.slice(previous), env.meter));
  });
}

function namedGroups(matcher: Matcher, { groups }: Pattern): Value {
  const named: Draft = {};
  for (const [at, name] of groups.entries()) {
    if (name !== null) setProperty(named, name, matcher.group(at + 1));
  }
  return named;
}

function span(matcher: Matcher, group: number, offset: (units: number) => number) {
  const string = matcher.group(group);
  if (string === null) return { offset: -1, length: 0, string: null };
  return { offset: offset(matcher.start(group)), length: codePointLength(string), string };
}

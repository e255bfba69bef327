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
import type { FilterBuilder } from './builtin.ts';
import { Search } from '../regex/search.ts';
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

interface Subject {
  readonly text: string;
  readonly pattern: Pattern;
}

function withPattern(
  pattern: Code | undefined,
  flags: Code | undefined,
  run: (subject: Subject, env: Env, emit: (value: Value) => void) => void,
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
): Subject {
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

function searchFor({ text, pattern }: Subject, meter: Meter): Search {
  return new Search(pattern.program, text, {
    meter,
    isLongest: pattern.isLongest,
    skipsEmpty: pattern.skipsEmpty,
  });
}

function isMatch(subject: Subject, meter: Meter): boolean {
  meter.work(8);
  let isFound = false;
  scan({ ...subject, pattern: { ...subject.pattern, isGlobal: false } }, meter, () => {
    isFound = true;
  });
  return isFound;
}

function eachMatch(subject: Subject, meter: Meter, emit: (match: Value) => void): void {
  const { groups } = subject.pattern.program;
  const offset = codePointCounter(subject.text);
  scan(subject, meter, (bounds) => {
    meter.allocate(200 + groups.length * 200);
    const spanOf = (group: number) => span(subject.text, bounds, { group, offset });
    const captures = groups.map((name, at) => ({ ...spanOf(at + 1), name }));
    emit({ ...spanOf(0), captures });
  });
}

/** Finds the match, or with the flag `g` all; an empty one is followed by a step of one code point. */
function scan(subject: Subject, meter: Meter, found: (bounds: Int32Array) => void): void {
  const { text, pattern } = subject;
  const search = searchFor(subject, meter);
  for (let from = 0; from <= text.length;) {
    meter.work(8);
    const bounds = search.find(from);
    if (bounds === undefined) return;
    const [start = 0, end = 0] = bounds;
    const isEmpty = end === start;
    found(bounds);
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
  return withPattern(pattern, flags, (subject, env, emit) => {
    const { text, pattern } = subject;
    const results: Value[] = [];
    let previous = 0;
    scan(subject, env.meter, (bounds) => {
      const [start = 0, end = 0] = bounds;
      const gap = text.slice(previous, start);
      const inserts = collect(replacement.each, namedGroups(text, bounds, pattern), env);
      for (const [at, insert] of inserts.entries()) {
        results[at] = add(add(results[at] ?? '', gap, env.meter), insert, env.meter);
      }
      previous = end;
    });
    if (results.length === 0) emit(text);
    for (const result of results) emit(add(result, text.slice(previous), env.meter));
  });
}

function namedGroups(text: string, bounds: Int32Array, { program }: Pattern): Value {
  const named: Draft = {};
  for (const [at, name] of program.groups.entries()) {
    if (name !== null) setProperty(named, name, captured(text, bounds, at + 1));
  }
  return named;
}

function captured(text: string, bounds: Int32Array, group: number): string | null {
  const start = bounds[group * 2] ?? -1;
  return start === -1 ? null : text.slice(start, bounds[group * 2 + 1]);
}

function span(
  text: string,
  bounds: Int32Array,
  { group, offset }: { readonly group: number; readonly offset: (units: number) => number },
) {
  const string = captured(text, bounds, group);
  if (string === null) return { offset: -1, length: 0, string: null };
  const start = offset(bounds[group * 2] ?? 0);
  return { offset: start, length: codePointLength(string), string };
}

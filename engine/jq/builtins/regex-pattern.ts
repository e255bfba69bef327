import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { parsePattern } from '../regex/parse.ts';
import { compileRegex } from '../regex/program.ts';
import type { RegexProgram } from '../regex/program.ts';
import { RegexSyntaxError } from '../regex/syntax.ts';

/** A regular expression ready to search. */
export interface Pattern {
  readonly program: RegexProgram;
  readonly isGlobal: boolean;
  readonly skipsEmpty: boolean;
  readonly isLongest: boolean;
}

const maxPatternLength = 4_000;
const cached = new Map<string, Pattern>();
const maxCached = 200;

/** Compiles a pattern with jq's flags; patterns in use are kept. */
export function compilePattern(source: string, flags: string, meter: Meter): Pattern {
  const key = `${flags}/${source}`;
  const known = cached.get(key);
  // What a program costs must not depend on what ran before it, but compiling is bounded by the length alone.
  meter.step();
  if (known !== undefined) return known;
  const pattern = buildOrFail(source, flags);
  if (cached.size >= maxCached) cached.clear();
  cached.set(key, pattern);
  return pattern;
}

function buildOrFail(source: string, flags: string): Pattern {
  try {
    return buildPattern(source, flags);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new JqRuntimeError(`Regex failure: ${error.message}`);
  }
}

/** Throws `RegexSyntaxError` for a pattern, and `JqRuntimeError` for flags, that there are not. */
export function buildPattern(source: string, flags: string): Pattern {
  const options = new Set(flags);
  for (const flag of options) {
    if (!'gimnpslx'.includes(flag))
      throw new JqRuntimeError(`${flags} is not a valid modifier string`);
  }
  if (source.length > maxPatternLength) throw new RegexSyntaxError('the pattern is too long', 0);
  const parsed = parsePattern(source, {
    isCaseless: options.has('i'),
    isDotAll: options.has('m') || options.has('p'),
    isMultiline: false,
    isExtended: options.has('x'),
  });
  return {
    program: compileRegex(parsed),
    isGlobal: options.has('g'),
    skipsEmpty: options.has('n'),
    isLongest: options.has('l'),
  };
}

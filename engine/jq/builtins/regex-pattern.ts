import { RE2JS } from 're2js';

import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { translate } from './oniguruma.ts';

/** A regular expression ready to search, in time linear to the text. */
export interface Pattern {
  readonly program: RE2JS;
  /** The names of its groups in order, null for those without. */
  readonly groups: readonly (string | null)[];
  readonly isGlobal: boolean;
  readonly skipsEmpty: boolean;
  /** Steps it may take at each position of the text. */
  readonly cost: number;
}

const maxPatternLength = 2_000;
const maxProgramSize = 2_000;
const cached = new Map<string, Pattern>();
const maxCached = 200;

/** Compiles a pattern with jq's flags; patterns in use are kept. */
export function compilePattern(source: string, flags: string, meter: Meter): Pattern {
  const key = `${flags}/${source}`;
  const known = cached.get(key);
  if (known !== undefined) return known;
  // What a program costs must not depend on what ran before it, but compiling is bounded by the length alone.
  if (source.length > maxPatternLength)
    throw new JqRuntimeError('Regex failure: the pattern is too long');
  meter.step();
  const pattern = build(source, flags);
  if (cached.size >= maxCached) cached.clear();
  cached.set(key, pattern);
  return pattern;
}

function build(source: string, flags: string): Pattern {
  const options = new Set(flags);
  for (const flag of options) {
    if (!'gimnpslx'.includes(flag))
      throw new JqRuntimeError(`${flags} is not a valid modifier string`);
  }
  const program = compile(translate(source, options.has('x')), engineFlags(options));
  const size = program.programSize();
  if (size > maxProgramSize) throw new JqRuntimeError('Regex failure: the pattern is too large');
  const names = new Map(
    Object.entries(program.namedGroups()).map(([name, group]) => [group, name]),
  );
  return {
    program,
    groups: Array.from({ length: program.groupCount() }, (_, at) => names.get(at + 1) ?? null),
    isGlobal: options.has('g'),
    skipsEmpty: options.has('n'),
    cost: size,
  };
}

function engineFlags(options: ReadonlySet<string>): number {
  let flags = 0;
  if (options.has('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.has('m') || options.has('p')) flags |= RE2JS.DOTALL;
  if (options.has('l')) flags |= RE2JS.LONGEST_MATCH;
  return flags;
}

function compile(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new JqRuntimeError(`Regex failure: ${reason.replace('error parsing regexp: ', '')}`);
  }
}

import type { JqHost } from '../scope.ts';
import { single } from '../code.ts';
import { basicFunctions } from './basics.ts';
import { callFor } from './builtin.ts';
import type { Builtin, FilterBuilder } from './builtin.ts';
import { collectionFilters, collectionFunctions, quantifiers } from './collections.ts';
import { dateFunctions } from './dates.ts';
import { mathFunctions } from './math.ts';
import { pathFilters, pathFunctions } from './paths.ts';
import { preludeDefinition, preludeNames } from './prelude.ts';
import { regexFilters } from './regex.ts';
import { streamFilters } from './streams.ts';
import { stringFunctions } from './strings.ts';
import { wholeFilters } from './whole.ts';

const functions = {
  ...basicFunctions,
  ...stringFunctions,
  ...mathFunctions,
  ...dateFunctions,
  ...pathFunctions,
  ...collectionFunctions,
};

const filters: Readonly<Record<string, FilterBuilder>> = {
  ...streamFilters,
  ...wholeFilters,
  ...pathFilters,
  ...collectionFilters,
  ...quantifiers,
  ...regexFilters,
};

const builders = new Map<string, FilterBuilder>([
  ...Object.entries(functions).map(([key, call]): [string, FilterBuilder] => [key, callFor(call)]),
  ...Object.entries(filters),
]);

/** Builtins that cannot make a value bigger or stranger than what they are given. */
const plain = new Set(
  'not/0 type/0 length/0 keys/0 has/1 contains/1 select/1 empty/0 first/0 last/0 first/1 tostring/0 test/1 test/2 startswith/1 endswith/1 ascii_downcase/0 ascii_upcase/0'.split(
    ' ',
  ),
);

const refusals = new Map<string, string>([
  ['env/0', 'the environment is not available here'],
  ['now/0', 'the time is not available here'],
  ['modulemeta/0', 'modules are not available here'],
]);

/** What `name/arity` means where no definition of the program is in the way. */
export function findBuiltin(key: string, host: JqHost): Builtin | undefined {
  const build = hostBuiltin(key, host) ?? (key === 'builtins/0' ? listBuiltins : builders.get(key));
  const reason = build === undefined ? refusals.get(key) : undefined;
  if (reason !== undefined) return { kind: 'refused', reason };
  const definition = preludeDefinition(key);
  const isPlain = plain.has(key);
  if (build !== undefined) return { kind: 'available', isPlain, build, definition };
  return definition && { kind: 'available', isPlain, build, definition };
}

function hostBuiltin(key: string, { now, debug }: JqHost): FilterBuilder | undefined {
  if (key === 'now/0' && now !== undefined) return () => single(() => now() / 1000, 1);
  if (key !== 'debug/0') return undefined;
  return () =>
    single((input) => {
      debug?.(input);
      return input;
    }, 1);
}

function listBuiltins(): ReturnType<FilterBuilder> {
  const names = [...new Set([...builders.keys(), ...preludeNames])].filter(
    (name) => !refusals.has(name),
  );
  return single(() => names, 1);
}

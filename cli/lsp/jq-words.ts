import { compileJq } from '../../engine/jq/compile.ts';

/** What functions of jq do, in a few words; those that are missing say it by their name. */
const meanings: Readonly<Record<string, string>> = {
  add: 'The sum of all items: numbers, texts, lists, objects.',
  all: 'True when all items are, or the condition holds for all.',
  any: 'True when an item is, or the condition holds for one.',
  ascii_downcase: 'The text with small letters, A to Z only.',
  ascii_upcase: 'The text with capital letters, A to Z only.',
  capture: 'The named groups of a match, as an object.',
  ceil: 'The next whole number up.',
  contains: 'True when it holds the other, in depth; texts by part.',
  del: 'The value without what the paths lead to.',
  empty: 'No value at all.',
  endswith: 'True when the text ends so.',
  error: 'Fails with this message.',
  first: 'The first item, or the first value of the expression.',
  flatten: 'The list without nested lists, to a depth.',
  floor: 'The next whole number down.',
  from_entries: 'An object of `{key, value}` pairs.',
  fromdate: 'Seconds since 1970 of an ISO 8601 text.',
  fromjson: 'The value that a JSON text tells.',
  getpath: 'The value at a path, or null.',
  group_by: 'Lists of items with the same value, in its order.',
  gsub: 'The text with every match replaced.',
  has: 'True when the key or index is there.',
  index: 'Where the text or list has it first.',
  inside: 'True when the other holds it.',
  isvalid: 'True when the expression does not fail.',
  join: 'One text of all items, with this between them.',
  keys: 'The keys in order, or the indexes.',
  last: 'The last item, or the last value of the expression.',
  length: 'How many items, characters or keys; of a number its size.',
  limit: 'At most so many values of the expression.',
  ltrimstr: 'The text without this at its start.',
  map: 'The list with each item changed.',
  map_values: 'Each value of an object or list changed.',
  match: 'Each match of a regular expression.',
  max: 'The greatest item.',
  max_by: 'The item of which the expression is the greatest.',
  min: 'The least item.',
  min_by: 'The item of which the expression is the least.',
  not: 'True for false and null.',
  now: 'The clock of the job, in seconds since 1970; a replay sees the same.',
  path: 'The paths that the expression takes.',
  paths: 'All paths of the value.',
  pick: 'Only what the paths lead to.',
  range: 'Whole numbers from 0 or the first on, to before the last.',
  reverse: 'The list or text backwards.',
  round: 'The nearest whole number.',
  rtrimstr: 'The text without this at its end.',
  scan: 'Every match in the text.',
  select: 'The value, where the condition holds; else none.',
  sort: 'The list in order.',
  sort_by: 'The list in the order of the expression.',
  split: 'The parts of the text between this.',
  splits: 'Each part between matches.',
  startswith: 'True when the text begins so.',
  strflocaltime: 'A time as a text, local.',
  strftime: 'A time as a text, by a format.',
  strptime: 'A time of a text, by a format.',
  sub: 'The text with the first match replaced.',
  test: 'True when the regular expression matches.',
  to_entries: 'The `{key, value}` pairs of an object.',
  todate: 'ISO 8601 text of seconds since 1970.',
  tojson: 'The value as JSON text.',
  tonumber: 'The number that the text tells.',
  tostring: 'The value as text; a text stays as it is.',
  trim: 'The text without blanks around it.',
  type: '`null`, `boolean`, `number`, `string`, `array` or `object`.',
  unique: 'The list in order, each item once.',
  unique_by: 'The list with one item for each value of the expression.',
  until: 'Changes the value until the condition holds.',
  walk: 'Changes every part of the value, from within.',
  with_entries: 'The object with its pairs changed.',
};

/** What an expression sees besides its input. */
export const variables: Readonly<Record<string, string>> = {
  $context: 'What tasks have exported.',
  $input: 'The input of the task, before or after `input.from`.',
  $output: 'The output of the task.',
  $runtime: 'The platform: name, version.',
  $secrets: 'Secrets by name; listed in `use.secrets`.',
  $task: 'The task: name, reference, definition, startedAt, idempotencyKey.',
  $workflow: 'The job: id, definition, input, startedAt.',
};

/** A function by its name, with the numbers of arguments that it takes. */
export interface JqFunction {
  readonly name: string;
  readonly arities: readonly number[];
  readonly meaning: string | undefined;
}

let known: readonly JqFunction[] | undefined;

/** All functions that expressions have, as the evaluator lists them. */
export function jqFunctions(): readonly JqFunction[] {
  known ??= listFunctions();
  return known;
}

function listFunctions(): readonly JqFunction[] {
  const [names] = compileJq('builtins', { variables: [], host: { now: () => 0 } }).run(null, {});
  const listed = Array.isArray(names) ? names.map(String) : [];
  const byName = Map.groupBy(['now/0', ...listed], (entry) => entry.split('/')[0] ?? '');
  return [...byName]
    .map(([name, entries]) => ({
      name,
      arities: [...new Set(entries.map((entry) => Number(entry.split('/')[1])))].toSorted(),
      meaning: meanings[name],
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** `name`, `name(1)`, `name(1; 2)`: how it is called. */
export function callsOf({ name, arities }: JqFunction): string {
  const places = ['f', 'g', 'h', 'i', 'j', 'k'];
  return arities
    .map((arity) => (arity === 0 ? name : `${name}(${places.slice(0, arity).join('; ')})`))
    .join(', ');
}

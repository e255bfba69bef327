import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { didYouMean } from '../../kernel/nearest.ts';
import { pointerTokens } from '../dsl/finding.ts';
import { isJsonArray } from '../json-text.ts';
import { compileSchema, type SchemaFault } from '../schema.ts';

/** What is wrong with one argument, or with all of them. */
export interface ArgumentFault {
  readonly name?: string;
  readonly message: string;
  readonly hint: string;
}

/** Steps of one check: arguments are written by hand and few. */
const maxSteps = 100_000;

/** Arguments as they are written against the schema of their operation; what an expression will give is not judged. */
export function checkArguments(
  args: JsonObject,
  schema: JsonObject,
  isLoose: boolean,
): ArgumentFault[] {
  const names = Object.keys(asObject(schema['properties']));
  // Null is no argument: connectors take it as one that was not given.
  const given = Object.entries(args).filter(([, value]) => value !== null);
  const literal = given.filter(([, value]) => !isOpen(value, isLoose));
  const open = new Set(given.filter(([, value]) => isOpen(value, isLoose)).map(([name]) => name));
  const faults = validate(
    Object.fromEntries(literal),
    open.size === 0 ? schema : withoutOpen(schema, open),
  );
  const isClosed = schema['additionalProperties'] === false;
  const strangers = isClosed ? [...open].filter((name) => !names.includes(name)) : [];
  return [
    ...strangers.map((name) => ({ path: `/${name}`, message: 'is not expected here' })),
    ...faults,
  ].map((fault) => told(fault, names, args));
}

/** What says something of all arguments together, which nobody knows before the expressions are evaluated. */
const ofTheWhole = [
  ...['$ref', '$dynamicRef', 'oneOf', 'not', 'if', 'then', 'else', 'minProperties'],
  ...['dependentRequired', 'dependentSchemas', 'dependencies', 'unevaluatedProperties'],
];

/** A schema that is satisfied without the open arguments wherever the given one can be with them. */
function withoutOpen(schema: JsonObject, open: ReadonlySet<string>): JsonObject {
  const kept = Object.entries(schema).filter(([keyword]) => !ofTheWhole.includes(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [keyword, valueWithoutOpen(keyword, value, open)]),
  );
}

function valueWithoutOpen(keyword: string, value: JsonValue, open: ReadonlySet<string>): JsonValue {
  if (!isJsonArray(value)) return value;
  if (keyword === 'required')
    return value.filter((name) => typeof name !== 'string' || !open.has(name));
  if (keyword !== 'anyOf' && keyword !== 'allOf') return value;
  return value.map((part) => (isJsonObject(part) ? withoutOpen(part, open) : part));
}

function validate(value: JsonObject, schema: JsonObject): SchemaFault[] {
  try {
    return compileSchema(schema)(value, maxSteps).filter(({ isCost }) => isCost !== true);
  } catch {
    // A schema that cannot be compiled is the integration's fault, and says nothing of the arguments.
    return [];
  }
}

function told(
  { path, message }: SchemaFault,
  names: readonly string[],
  args: JsonObject,
): ArgumentFault {
  const [name] = pointerTokens(path);
  if (name === undefined) return { message: `the arguments ${message}`, hint: takes(names) };
  const what = `the argument ${JSON.stringify(name)} ${message}`;
  // What is missing stands nowhere: the finding points to the arguments.
  if (!Object.hasOwn(args, name)) return { message: what, hint: takes(names) };
  const near = names.includes(name) ? undefined : didYouMean(name, names);
  return { name, message: what, hint: near ?? takes(names) };
}

function takes(names: readonly string[]): string {
  return names.length === 0
    ? 'The operation takes none.'
    : `The operation takes ${names.slice(0, 10).join(', ')}.`;
}

/** Anything with an expression in it; in loose mode every text may be one. */
function isOpen(value: JsonValue, isLoose: boolean): boolean {
  if (typeof value === 'string') return isLoose || value.includes('${');
  if (!isJsonArray(value) && !isJsonObject(value)) return false;
  return Object.values<JsonValue>(value).some((item) => isOpen(item, isLoose));
}

function asObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { didYouMean, nearest } from '../../kernel/nearest.ts';
import { pointerToken, type Remark, valueAt } from './finding.ts';

/** What the unions of the official schema want, in words, by the definition or property they stand at. */
const unions: readonly (readonly [RegExp, string])[] = [
  [
    /duration|\/(?:wait|delay|after|every|duration)$|\/jitter\/(?:from|to)$/,
    'a duration: ISO 8601 such as PT30S, an object such as {seconds: 30}, or an expression in ${ }',
  ],
  [/authentication|referenceable/i, 'exactly one of use, basic, bearer, digest, oauth2, oidc'],
  [/eventConsumptionStrategy|\/(?:to|on)$/, 'exactly one of all, any, one'],
  [/backoff/, 'exactly one of constant, linear, exponential'],
  [/runTask|\/run$/, 'exactly one of container, script, shell, workflow'],
  [
    /endpoint|uriTemplate|\/(?:uri|source|type|dataschema)$/i,
    'a URI without white space, or one expression in ${ } as a whole',
  ],
  [/headers|query/, 'a map of texts, or one expression in ${ }'],
  [/\/schema$|defs\/schema/, 'exactly one of document and resource'],
  [/\/timeout$/, 'a name from use.timeouts, or {after: duration}'],
  [/setTask|\/set$/, 'an object with at least one property, or an expression in ${ }'],
  [/\/in$/, 'an expression, or a list of objects'],
];

/** What the patterns of the official schema let pass, in words. */
const patterns: readonly (readonly [prefix: string, words: string, hint: string])[] = [
  [
    '^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}',
    'a name has 1 to 63 letters of the English alphabet, digits and dashes, no dash at its ends',
    'Write it like invoice-triage.',
  ],
  ['^(0|[1-9]', 'a version is made of three numbers, as semver.org says', "Write it like '1.0.0'."],
];

/** What was validated, where it stands in the document, and all that is wrong with it. */
interface Validation {
  readonly all: readonly ErrorObject[];
  readonly value: JsonValue;
  readonly base: string;
}

const maxConsidered = 100;

/** The errors of one validation as findings: strangers by name, unions in words, the deepest cause first. */
export function readableErrors(
  errors: readonly ErrorObject[],
  value: JsonValue,
  base: string,
): Remark[] {
  // Each is compared with all others: the first hundred say what is wrong.
  const considered = errors.slice(0, maxConsidered);
  const faulty = considered.filter((error) => isTelling(error, considered));
  const remarks = faulty.map((error) => remarkOf(error, { all: considered, value, base }));
  const unique = new Map(remarks.map((remark) => [`${remark.path} ${remark.message}`, remark]));
  return [...unique.values()].slice(0, 20);
}

function isTelling(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  const { keyword, instancePath } = error;
  if (error.propertyName !== undefined) return false;
  if (keyword === 'propertyNames') return true;
  const others = all.filter(
    (other) => other !== error && other.keyword !== 'unevaluatedProperties',
  );
  const deeper = others.some((other) => !isUnion(other) && pointsBelow(other, instancePath));
  if (keyword === 'unevaluatedProperties')
    return !others.some((other) => other.instancePath.startsWith(instancePath));
  if (isUnion(error))
    return !deeper && !others.some((other) => isUnion(other) && isInside(other, error));
  const union = all.find((other) => isUnion(other) && other.instancePath === instancePath);
  return union === undefined;
}

/** A stranger stands at its parent in ajv's words, but below it in ours. */
function pointsBelow(other: ErrorObject, path: string): boolean {
  return (
    other.instancePath.startsWith(`${path}/`) ||
    (other.keyword === 'propertyNames' && other.instancePath === path)
  );
}

function isUnion({ keyword }: ErrorObject): boolean {
  return keyword === 'oneOf' || keyword === 'anyOf';
}

function isInside(inner: ErrorObject, outer: ErrorObject): boolean {
  return inner.instancePath.startsWith(`${outer.instancePath}/`);
}

function remarkOf(error: ErrorObject, validation: Validation): Remark {
  const { all, base } = validation;
  const path = base + error.instancePath;
  const params = namesOf(error);
  const stranger = params.propertyName ?? params.additionalProperty ?? params.unevaluatedProperty;
  if (stranger !== undefined) {
    const at = `${path}/${pointerToken(stranger)}`;
    return remark('structure/unknown-property', at, {
      message: `${JSON.stringify(stranger)} is not a property here`,
      hint:
        didYouMean(stranger, knownBeside(error, stranger, all)) ??
        'Remove it or correct its spelling.',
    });
  }
  if (params.missingProperty !== undefined)
    return remark('structure/missing-property', path, {
      message: `${JSON.stringify(params.missingProperty)} is missing`,
      hint: hintOfMissing(params.missingProperty, error, validation),
    });
  if (isUnion(error))
    return remark('structure/form', path, {
      message: `expected ${expectation(error, path)}`,
      hint: 'Write it in one of the forms.',
    });
  const known = patterns.find(([prefix]) => params.pattern?.startsWith(prefix) === true);
  if (known !== undefined)
    return remark('structure/pattern', path, { message: known[1], hint: known[2] });
  const allowed = params.allowedValues === undefined ? '' : `: ${params.allowedValues.join(', ')}`;
  return remark(`structure/${error.keyword}`, path, {
    message: `${error.message ?? 'is not valid'}${allowed}`,
    hint: 'See the DSL reference for this property.',
  });
}

/** The names that could stand where a stranger does. */
function knownBeside(
  error: ErrorObject,
  stranger: string,
  all: readonly ErrorObject[],
): readonly string[] {
  const isListed = ({ propertyName, instancePath, params }: ErrorObject): boolean =>
    propertyName === stranger && instancePath === error.instancePath && 'allowedValues' in params;
  const listing = all.find(isListed);
  return listing === undefined
    ? Object.keys(schemaAround(error).properties ?? {})
    : (namesOf(listing).allowedValues ?? []);
}

/** Names the property of the same object that is probably the one that is missed, unless it is told of itself. */
function hintOfMissing(missing: string, error: ErrorObject, { all, value }: Validation): string {
  const beside = all.filter(({ instancePath }) => instancePath === error.instancePath);
  const told = new Set(beside.map((other) => namesOf(other).additionalProperty));
  const given = valueAt(value, error.instancePath);
  const names = given !== undefined && isJsonObject(given) ? Object.keys(given) : [];
  const meant = names.find((name) => !told.has(name) && nearest(name, [missing]) !== undefined);
  return meant === undefined ? `Add ${missing}.` : `Is it what ${JSON.stringify(meant)} should be?`;
}

function remark(id: string, path: string, wording: Pick<Remark, 'message' | 'hint'>): Remark {
  return { id, severity: 'error', path, ...wording };
}

function expectation(error: ErrorObject, path: string): string {
  const { title } = schemaAround(error);
  if (title !== undefined) return title;
  const byDefinition = unions.find(([pattern]) => pattern.test(error.schemaPath));
  const byPath = unions.find(([pattern]) => pattern.test(path));
  return (byDefinition ?? byPath)?.[1] ?? 'one of the forms of the DSL reference';
}

interface Around {
  readonly title?: string;
  readonly properties?: object;
}

// The schema that an error is about, where ajv was asked to be verbose; our own files are objects.
function schemaAround({ parentSchema = {} }: ErrorObject): Around {
  return parentSchema as Around;
}

interface Names {
  readonly propertyName?: string;
  readonly additionalProperty?: string;
  readonly unevaluatedProperty?: string;
  readonly missingProperty?: string;
  readonly allowedValues?: readonly string[];
  readonly pattern?: string;
}

// ajv types `params` as a record of any; these are the names its keywords put there.
function namesOf(error: ErrorObject): Names {
  return error.params as Names;
}

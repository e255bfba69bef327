import { sha256Hex } from '../kernel/crypto/hash.ts';
import { spelling } from '../kernel/exact-number.ts';
import { isJsonNumber, isJsonObject, type JsonValue, parseJson } from '../kernel/json.ts';
import type { EventFilterModel, StrategyModel } from './dsl/document.ts';
import { isRegularExpression, readEvent, type Consumption, type EventReading } from './events.ts';
import type { CloudEvent, EventHint } from './host.ts';
import { parseTemplate, unwrap } from './template.ts';

/** How far a listener has got, and what its expressions see. */
export interface Listening {
  readonly state: Consumption;
  readonly reading: EventReading;
}

/** A hint as an index knows it: which places it looks at, and a hash of what stands there. */
export type EventMatch = { readonly shape: string; readonly key: string };

/** Values longer than this and places beyond so many are left to the exact match. */
const maxValueLength = 1_000;
const maxPlaces = 8;

type Pair = readonly [place: string, value: string];

/** One hint for every filter that can still take an event; without `listening` only what the definition says counts. */
export function hintsOf(strategy: StrategyModel, listening?: Listening): EventHint[] {
  const filters = openFilters(strategy, listening);
  const takesAny = filters.length === 0 && strategy.all === undefined;
  const hints = takesAny ? [{}] : filters.map((filter) => hintOf(filter, listening));
  if (typeof strategy.until !== 'object') return hints;
  const state = listening?.state.until;
  const ending = listening && state ? { ...listening, state } : undefined;
  return [...hints, ...hintsOf(strategy.until, ending)];
}

function openFilters(
  { all, any, one }: StrategyModel,
  listening: Listening | undefined,
): readonly EventFilterModel[] {
  const filled = listening?.state.filled ?? [];
  if (all !== undefined) return all.filter((_, index) => !filled.includes(index));
  return any ?? (one === undefined ? [] : [one]);
}

/** True when an event may match one of the filters the hints come from: what a host has to deliver. */
export function isCandidate(hints: readonly EventHint[], event: CloudEvent): boolean {
  return hints.some((hint) =>
    Object.entries(hint).every(([place, value]) => valueAt(event, place) === value),
  );
}

/** Under what the listeners of these hints are found. */
export function matchesOf(hints: readonly EventHint[]): EventMatch[] {
  const matches = hints.map((hint) => {
    const places = Object.keys(hint).sort();
    return matchOf(
      places,
      places.map((place) => hint[place] ?? ''),
    );
  });
  return [...new Map(matches.map((match) => [match.shape + match.key, match])).values()];
}

/** What a hint of this shape has to be for the event to be its candidate; undefined: it cannot be. */
export function matchIn(shape: string, event: CloudEvent): EventMatch | undefined {
  const places = placesOf(shape);
  const values = places.map((place) => valueAt(event, place));
  return values.every((value) => value !== undefined) ? matchOf(places, values) : undefined;
}

function matchOf(places: readonly string[], values: readonly string[]): EventMatch {
  return { shape: JSON.stringify(places), key: sha256Hex(JSON.stringify(values)) };
}

function placesOf(shape: string): readonly string[] {
  const places = parseJson(shape);
  return Array.isArray(places) ? places.map(String) : [];
}

function hintOf({ with: expected, correlate }: EventFilterModel, listening?: Listening): EventHint {
  const pairs = [
    ...Object.entries(expected).flatMap(([name, pattern]) => within(pattern, [name], listening)),
    ...correlationPairs(correlate, listening),
  ];
  const short = pairs.filter(([place, value]) => (place + value).length <= maxValueLength);
  return Object.fromEntries(short.slice(0, maxPlaces));
}

/** The constants of a pattern; arrays match in any order and are left out. */
function within(
  pattern: JsonValue,
  path: readonly string[],
  listening: Listening | undefined,
): readonly Pair[] {
  if (typeof pattern === 'string') return ofText(pattern, path, listening);
  if (isJsonNumber(pattern) || typeof pattern === 'boolean')
    return [[placeOf(path), textOf(pattern) ?? '']];
  if (!isJsonObject(pattern)) return [];
  return Object.entries(pattern).flatMap(([key, part]) => within(part, [...path, key], listening));
}

function ofText(text: string, path: readonly string[], listening?: Listening): readonly Pair[] {
  const template = parseTemplate(text);
  if (template.kind === 'literal') return isRegularExpression(text) ? [] : [[placeOf(path), text]];
  if (template.kind !== 'expression') return [];
  const { source } = template;
  const equality = /^(\S+) *== *(\S+)$/.exec(source);
  if (equality === null) return pair(path, valueOf(source, listening), 'plain');
  const [, left = '', right = ''] = equality;
  const [field, known] = left.startsWith('.') ? [left, right] : [right, left];
  const inner = fieldPath(field);
  return inner === undefined ? [] : pair([...path, ...inner], valueOf(known, listening));
}

/** A boolean alone is no value to compare with but the answer of a condition. */
function pair(
  path: readonly string[],
  value: JsonValue | undefined,
  kind: 'plain' | 'compared' = 'compared',
): readonly Pair[] {
  if (value === undefined || (kind === 'plain' && typeof value === 'boolean')) return [];
  const text = textOf(value);
  return text === undefined ? [] : [[placeOf(path), text]];
}

function correlationPairs(
  correlate: EventFilterModel['correlate'],
  listening: Listening | undefined,
): readonly Pair[] {
  return Object.entries(correlate ?? {}).flatMap(([name, { from, expect }]) => {
    const path = fieldPath(unwrap(from));
    if (path === undefined || path.length === 0) return [];
    const met = listening?.state.keys ?? {};
    return pair(path, Object.hasOwn(met, name) ? met[name] : expected(expect, listening));
  });
}

/** What a key has to be. Bare text is a value in strict mode only; in loose mode it may be an expression. */
function expected(text: string | undefined, listening?: Listening): JsonValue | undefined {
  if (text === undefined || listening === undefined) return undefined;
  const { reading } = listening;
  const template = parseTemplate(text);
  if (template.kind === 'literal' && reading.expressions.mode === 'strict') return text;
  if (/\$(?:context|secrets|authorization)\b|\bnow\b/.test(text)) return undefined;
  try {
    return reading.expressions.value(text, reading.scope(reading.input));
  } catch {
    return undefined;
  }
}

/** What an expression gives that reads nothing but a variable which stays what it is while a task listens. */
function valueOf(source: string, listening: Listening | undefined): JsonValue | undefined {
  const isFixed = /^\$(?!context\b|secrets\b|authorization\b)\w+(?:\.[A-Za-z_]\w*)*$/.test(source);
  if (!isFixed || listening === undefined) return undefined;
  const { reading } = listening;
  try {
    return reading.expressions.evaluate(source, reading.scope(null));
  } catch {
    return undefined;
  }
}

/** `.a.b` as its keys, `.` as none; undefined for anything else. */
function fieldPath(source: string): readonly string[] | undefined {
  if (source === '.') return [];
  return /^(?:\.[A-Za-z_]\w*)+$/.test(source) ? source.slice(1).split('.') : undefined;
}

function placeOf(path: readonly string[]): string {
  return path.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}

function valueAt(event: CloudEvent, place: string): string | undefined {
  const [name = '', ...keys] = place
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const root = name === 'data' ? readEvent(event, 'data') : own(event, name);
  return textOf(keys.reduce<JsonValue | undefined>(own, root));
}

function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Numbers and their text are one: correlation does not tell them apart. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (isJsonNumber(value)) return spelling(value);
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  return String(value);
}

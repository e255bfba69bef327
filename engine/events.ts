import { isDeepStrictEqual } from 'node:util';
import { RE2JS } from 're2js';
import { compareNumbers, type ExactNumber, spelling } from '../kernel/exact-number.ts';
import {
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../kernel/json.ts';
import type { EventFilterModel, ReadMode, StrategyModel } from './dsl/document.ts';
import { isTruthy, type Expressions, type Scope } from './expressions.ts';
import { maxConsumed, type CloudEvent, type EventRef } from './host.ts';
import { workflowError } from './problem.ts';
import { parseTemplate } from './template.ts';

/** How far a consumption strategy has got. JSON: it can be kept between events. */
export type Consumption = {
  readonly consumed: readonly CloudEvent[];
  /** Indexes of the filters of `all` that have their event. */
  readonly filled: readonly number[];
  /** Correlation keys met so far. */
  readonly keys: JsonObject;
  readonly until?: Consumption;
};

/** What one event did to a strategy. */
export interface Offered {
  readonly state: Consumption;
  /** True when the event belongs to the output. */
  readonly isConsumed: boolean;
  readonly isDone: boolean;
}

/** How the expressions of filters are evaluated: `.` is put in by the matcher. */
export interface EventReading {
  readonly expressions: Expressions;
  /** The `.` of what is expected: an expression of the task's definition, which reads no event. */
  readonly input: JsonValue;
  scope(dot: JsonValue): Scope;
}

const nothingYet: Consumption = { consumed: [], filled: [], keys: {} };

/** One event, with the means to look at it. */
export interface Offer {
  readonly event: CloudEvent;
  readonly reading: EventReading;
}

/** Key of the wait for the n-th event, from 0, of one execution of a listen task. */
export function eventKey(listener: string, position: number): string {
  return `${listener}!event@${String(position)}`;
}

/** Keeps in mind that an event is not for a task that begins to listen later. */
export function noteConsumed(consumed: EventRef[], { source, id }: CloudEvent): void {
  consumed.push({ source, id });
  if (consumed.length > maxConsumed) consumed.shift();
}

/** The state before the first event. */
export function beginConsumption(strategy: StrategyModel): Consumption {
  return typeof strategy.until === 'object'
    ? { ...nothingYet, until: beginConsumption(strategy.until) }
    : nothingYet;
}

/** Offers one event to a strategy. A string `until` is the caller's: it follows the processing of the event. */
export function offerEvent(strategy: StrategyModel, state: Consumption, offer: Offer): Offered {
  if (typeof strategy.until === 'object' && state.until !== undefined) {
    const before = { ...state.until, keys: { ...state.keys, ...state.until.keys } };
    const ending = offerEvent(strategy.until, before, offer);
    if (ending.isConsumed)
      return { state: { ...state, until: ending.state }, isConsumed: false, isDone: ending.isDone };
  }
  if (strategy.all !== undefined) return offerToAll(strategy.all, state, offer);
  const filters = strategy.any ?? (strategy.one === undefined ? [] : [strategy.one]);
  const keys = filters.length === 0 ? state.keys : firstMatch(filters, state, offer)?.keys;
  if (keys === undefined) return { state, isConsumed: false, isDone: false };
  const next = { ...state, keys, consumed: [...state.consumed, offer.event] };
  return { state: next, isConsumed: true, isDone: strategy.until === undefined };
}

/** True when the strategy is satisfied by any one event that still matches. */
export function isLastEvent({ all, until }: StrategyModel, { filled }: Consumption): boolean {
  if (until !== undefined) return false;
  return all === undefined || all.length - filled.length <= 1;
}

function offerToAll(
  filters: readonly EventFilterModel[],
  state: Consumption,
  offer: Offer,
): Offered {
  const match = firstMatch(filters, state, offer);
  if (match === undefined) return { state, isConsumed: false, isDone: filters.length === 0 };
  const filled = [...state.filled, match.index];
  const next = { ...state, filled, keys: match.keys, consumed: [...state.consumed, offer.event] };
  return { state: next, isConsumed: true, isDone: filled.length === filters.length };
}

interface Match {
  readonly index: number;
  readonly keys: JsonObject;
}

function firstMatch(
  filters: readonly EventFilterModel[],
  state: Consumption,
  offer: Offer,
): Match | undefined {
  for (const [index, filter] of filters.entries()) {
    const keys = state.filled.includes(index) ? undefined : keysBy(filter, state.keys, offer);
    if (keys !== undefined) return { index, keys };
  }
  return undefined;
}

/** The correlation keys with those of an event that the filter takes; undefined when it does not. */
export function keysBy(
  filter: EventFilterModel,
  known: JsonObject,
  offer: Offer,
): JsonObject | undefined {
  return matchesAttributes(filter.with, offer) ? correlated(filter, known, offer) : undefined;
}

function matchesAttributes(expected: JsonObject, { event, reading }: Offer): boolean {
  return Object.entries(expected).every(([name, pattern]) =>
    matches(pattern, attributeOf(event, name), reading),
  );
}

function attributeOf(event: CloudEvent, name: string): JsonValue {
  return name === 'data' ? readEvent(event, 'data') : (event[name] ?? null);
}

function matches(pattern: JsonValue, actual: JsonValue, reading: EventReading): boolean {
  if (typeof pattern === 'string') return matchesText(pattern, actual, reading);
  if (Array.isArray(pattern))
    return Array.isArray(actual) && matchesItems(pattern, actual, reading);
  if (!isJsonObject(pattern)) return isSameScalar(pattern, actual);
  return (
    isJsonObject(actual) &&
    Object.entries(pattern).every(([key, part]) => matches(part, actual[key] ?? null, reading))
  );
}

function matchesItems(
  pattern: readonly JsonValue[],
  actual: readonly JsonValue[],
  reading: EventReading,
): boolean {
  return pattern.every((part) => actual.some((item) => matches(part, item, reading)));
}

function matchesText(pattern: string, actual: JsonValue, reading: EventReading): boolean {
  const template = parseTemplate(pattern);
  if (template.kind === 'expression') {
    const result = reading.expressions.evaluate(template.source, reading.scope(actual));
    return typeof result === 'boolean' ? result : isDeepStrictEqual(result, actual);
  }
  if (template.kind === 'mixed')
    return reading.expressions.value(pattern, reading.scope(actual)) === actual;
  return (
    pattern === actual ||
    (typeof actual === 'string' && isRegularExpression(pattern) && regular(pattern).matches(actual))
  );
}

/** Dots and hyphens are ordinary in event types and sources. */
export function isRegularExpression(pattern: string): boolean {
  return /[*+?^$()[\]{}|\\]/.test(pattern);
}

function regular(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw workflowError('expression', `${JSON.stringify(pattern)} is not a regular expression`, {
      cause: error,
    });
  }
}

/** The correlation keys after this event, or undefined when one does not agree. */
function correlated(
  filter: EventFilterModel,
  known: JsonObject,
  { event, reading }: Offer,
): JsonObject | undefined {
  const keys: Record<string, JsonValue> = { ...known };
  for (const [name, { from, expect }] of Object.entries(filter.correlate ?? {})) {
    const found = reading.expressions.evaluate(from, reading.scope(event));
    const wanted =
      expect === undefined
        ? keys[name]
        : reading.expressions.value(expect, reading.scope(reading.input));
    if (found === null || (wanted !== undefined && !isSameKey(found, wanted))) return undefined;
    if (Object.hasOwn(keys, name) && !isSameKey(keys[name] ?? null, found)) return undefined;
    keys[name] = found;
  }
  return keys;
}

/** `expect` is text by the schema, what it is compared with may be a number. */
function isSameKey(left: JsonValue, right: JsonValue): boolean {
  return (
    isDeepStrictEqual(left, right) ||
    (isScalar(left) && isScalar(right) && keyText(left) === keyText(right))
  );
}

function keyText(value: string | boolean | number | ExactNumber): string {
  return isJsonNumber(value) ? spelling(value) : String(value);
}

function isScalar(value: JsonValue): value is string | boolean | number | ExactNumber {
  return typeof value !== 'object' || isJsonNumber(value);
}

function isSameScalar(left: JsonValue, right: JsonValue): boolean {
  return isJsonNumber(left) && isJsonNumber(right)
    ? compareNumbers(left, right) === 0
    : left === right;
}

/** True when a string `until` holds for the events read so far. */
export function untilHolds(
  strategy: StrategyModel,
  read: readonly JsonValue[],
  reading: EventReading,
): boolean {
  if (typeof strategy.until !== 'string') return false;
  return isTruthy(reading.expressions.evaluate(strategy.until, reading.scope(read)));
}

/** What `read` makes of an event. */
export function readEvent(event: CloudEvent, mode: ReadMode): JsonValue {
  if (mode === 'envelope') return event;
  const { data, data_base64: base64 } = event;
  if (mode === 'raw') return rawData(data, base64);
  if (data !== undefined || typeof base64 !== 'string') return data ?? null;
  return isJsonType(event['datacontenttype']) ? decodeJson(base64) : base64;
}

function rawData(data: JsonValue | undefined, base64: JsonValue | undefined): JsonValue {
  if (base64 !== undefined) return base64;
  return typeof data === 'string' || data === undefined ? (data ?? null) : JSON.stringify(data);
}

function isJsonType(type: JsonValue | undefined): boolean {
  return type === undefined || (typeof type === 'string' && /[/+]json\b/i.test(type));
}

function decodeJson(base64: string): JsonValue {
  try {
    return parseOutsideJson(Buffer.from(base64, 'base64').toString());
  } catch {
    return base64;
  }
}

/** True when a filter of the strategy correlates. */
export function correlates({ all = [], any = [], one, until }: StrategyModel): boolean {
  const filters = one === undefined ? [...all, ...any] : [one];
  return (
    filters.some((filter) => filter.correlate !== undefined) ||
    (typeof until === 'object' && correlates(until))
  );
}

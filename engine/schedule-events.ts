import { sha256Hex } from '../kernel/crypto/hash.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { canonicalText } from './canonical-text.ts';
import type { Definition } from './definition.ts';
import type { EventFilterModel, StrategyModel } from './dsl/document.ts';
import {
  beginConsumption,
  keysBy,
  offerEvent,
  readEvent,
  untilHolds,
  type Consumption,
  type EventReading,
  type Offer,
} from './events.ts';
import type { CloudEvent } from './host.ts';

/** An event that has come, for a definition with `schedule.on`. */
export interface ScheduleArrival {
  readonly definition: Definition;
  readonly strategy: StrategyModel;
  readonly event: CloudEvent;
}

/** Where an open match is kept: `key` tells whose events it takes, `group` what it still waits for. */
export interface MatchPlace {
  readonly key: string;
  /** Open matches of one place and group take the same events: only the oldest has to be asked. */
  readonly group: string;
}

/** What an event did to one match. */
export type ScheduleOffer =
  /** It does not belong to the match. */
  | { readonly kind: 'passed' }
  /** The match goes on with it. */
  | { readonly kind: 'taken'; readonly state: Consumption; readonly place: MatchPlace }
  /** The match is over; with `input`, the triggering events as `schedule.read` says, it starts a run. */
  | { readonly kind: 'over'; readonly input?: readonly JsonValue[] };

/** True when events may have to be kept until others come. */
export function keepsMatches({ all, until }: StrategyModel): boolean {
  return all !== undefined || until !== undefined;
}

/** The keys of the open matches that an event may belong to. */
export function matchKeysOf(arrival: ScheduleArrival): readonly string[] {
  const { strategy, event } = arrival;
  const filters = filtersOf(strategy);
  const names = commonNames(filters);
  const offer = { event, reading: readingOf(arrival) };
  const keys = filters.flatMap((filter) => {
    const found = attempt(() => keysBy(filter, {}, offer));
    return found === undefined ? [] : [keyOf(names, found)];
  });
  return [...new Set(keys)];
}

/**
 * Offers an event to an open match, or to a new one without `open`. What fails concerns no run, so an expression that
 * fails on an event is an event that does not match.
 */
export function offerToSchedule(arrival: ScheduleArrival, open?: Consumption): ScheduleOffer {
  const { definition, strategy, event } = arrival;
  const { read = 'data' } = definition.document.schedule ?? {};
  const before = open ?? beginConsumption(strategy);
  const offer: Offer = { event, reading: readingOf(arrival) };
  const offered = attempt(() => {
    const { state, isConsumed, isDone } = offerEvent(strategy, before, offer);
    const input = state.consumed.map((each) => readEvent(each, read));
    return {
      state,
      input,
      isOver: isDone || (isConsumed && untilHolds(strategy, input, offer.reading)),
    };
  });
  if (offered === undefined) return { kind: 'passed' };
  const { state, input, isOver } = offered;
  if (isOver) return input.length === 0 ? { kind: 'over' } : { kind: 'over', input };
  return state === before
    ? { kind: 'passed' }
    : { kind: 'taken', state, place: placeOf(strategy, state) };
}

function placeOf(strategy: StrategyModel, state: Consumption): MatchPlace {
  const names = commonNames(filtersOf(strategy));
  const keys = { ...state.keys, ...state.until?.keys };
  const others = Object.entries(keys).filter(([name]) => !names.includes(name));
  const filled = [state.filled, state.until?.filled ?? []].map((each) => each.toSorted());
  return {
    key: keyOf(names, keys),
    group: sha256Hex(canonicalText([filled, Object.fromEntries(others)])),
  };
}

/** Numbers and their text are one: correlation does not tell them apart. */
function keyOf(names: readonly string[], keys: JsonObject): string {
  const texts = names.map((name) => {
    const value = keys[name] ?? null;
    return typeof value === 'object' ? canonicalText(value) : String(value);
  });
  return sha256Hex(JSON.stringify(texts));
}

/** The correlations that every filter has: an event of any of them tells these keys. */
function commonNames(filters: readonly EventFilterModel[]): readonly string[] {
  const [first, ...others] = filters.map(({ correlate }) => Object.keys(correlate ?? {}));
  return (first ?? []).filter((name) => others.every((names) => names.includes(name))).toSorted();
}

const takesAll: EventFilterModel = { with: {} };

function filtersOf({ all, any, one, until }: StrategyModel): readonly EventFilterModel[] {
  const listed = all ?? any ?? (one === undefined ? [] : [one]);
  const own = any?.length === 0 ? [takesAll] : listed;
  return typeof until === 'object' ? [...own, ...filtersOf(until)] : own;
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Secrets are not known outside a run: a filter that reads one does not match. No run, no input. */
function readingOf({ definition: { expressions }, event }: ScheduleArrival): EventReading {
  const now = typeof event['time'] === 'string' ? Date.parse(event['time']) : 0;
  const runtime = { name: 'operandi', version: '0.1.0', metadata: {} };
  return {
    expressions,
    input: null,
    scope: (dot) => ({
      dot,
      variables: { secrets: {}, runtime },
      now: Number.isNaN(now) ? 0 : now,
    }),
  };
}

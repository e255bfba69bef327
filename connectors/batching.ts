import DataLoader from 'dataloader';

import { newId } from '../kernel/ids.ts';
import { isolating } from '../kernel/isolating.ts';
import type { JsonValue } from '../kernel/json.ts';
import { abortReason, untilAborted } from './egress/abort.ts';
import { IntegrationError } from './errors.ts';

/** What identifies one item in a batch request. */
export type BatchKey = string | number;

/** One call that may share a request with others of its group. */
export interface BatchMember {
  /** Equal groups may share: tenant, integration, operation, credential version and all other arguments. */
  readonly group: string;
  readonly key: BatchKey;
  readonly maxKeys: number;
  /** Monotonic time by which this member wants its answer, milliseconds; `Infinity` for never. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  /** True for a failure that one of the keys may have caused: they are asked for again, in halves. @default a status that refuses */
  mayBeOfOne?(error: unknown): boolean;
  /** Makes the request for distinct keys; called on the first member of a batch. */
  fetch(keys: readonly BatchKey[], signal: AbortSignal): Promise<BatchAnswer>;
}

export interface BatchAnswer {
  /** By `String(key)`; an Error rejects that member alone, an absent key means null. */
  readonly values: ReadonlyMap<string, JsonValue | Error>;
  readonly status: number;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface BatchedValue {
  readonly value: JsonValue;
  readonly batchId: string;
  /** How many calls shared the request. */
  readonly batchSize: number;
  readonly status: number;
  readonly attempts: number;
  readonly durationMs: number;
}

/** Gathers calls of many jobs, for a moment, into one request; one that the peer refuses is made again in halves. */
export interface BatchCollector {
  load(member: BatchMember): Promise<BatchedValue>;
}

interface Window {
  readonly loader: DataLoader<BatchMember, BatchedValue>;
  readonly keys: Set<string>;
  dispatch(): void;
}

/** @param windowMs how long the first member waits for company. @default 3 */
export function createBatchCollector(windowMs = 3): BatchCollector {
  const windows = new Map<string, Window>();

  // A loader lives for one window: nothing of an older configuration or credential can linger in it.
  function openWindow(group: string): Window {
    let dispatch = (): void => undefined;
    const loader = new DataLoader<BatchMember, BatchedValue>(flush, {
      cache: false,
      batchScheduleFn(callback) {
        const close = (): void => {
          clearTimeout(timer);
          windows.delete(group);
          callback();
        };
        const timer = setTimeout(close, windowMs);
        dispatch = close;
      },
    });
    const window: Window = { loader, keys: new Set(), dispatch: () => dispatch() };
    windows.set(group, window);
    return window;
  }

  return {
    load(member) {
      const window = windows.get(member.group) ?? openWindow(member.group);
      window.keys.add(String(member.key));
      const loaded = window.loader.load(member);
      if (window.keys.size >= member.maxKeys) window.dispatch();
      return untilAborted(loaded, member.signal);
    },
  };
}

async function flush(members: readonly BatchMember[]): Promise<(BatchedValue | Error)[]> {
  const live = members.filter((member) => !member.signal.aborted);
  const [first] = live;
  if (first === undefined) return members.map((member) => abortReason(member.signal));

  const byKey = Map.groupBy(live, (member) => String(member.key));
  const signal = signalFor(live);
  const fetchTogether = isolating(
    async (some: readonly BatchMember[]) => {
      const batchId = newId();
      const { values, status, attempts, durationMs } = await first.fetch(
        some.map(({ key }) => key),
        signal,
      );
      const batchSize = some.reduce(
        (sum, { key }) => sum + (byKey.get(String(key))?.length ?? 0),
        0,
      );
      return some.map(({ key }) => {
        const value = values.get(String(key)) ?? null;
        if (value instanceof Error) return value;
        return { value, batchId, batchSize, status, attempts, durationMs };
      });
    },
    (error) => first.mayBeOfOne?.(error) ?? isRefusal(error),
  );

  const wanted = [...byKey.values()].flatMap(([member]) => member ?? []);
  const fetched = await fetchTogether(wanted);
  const results = new Map(wanted.map(({ key }, index) => [String(key), fetched[index]]));
  return members.map((member) => {
    if (!live.includes(member)) return abortReason(member.signal);
    return results.get(String(member.key)) ?? new Error('a key of a batch was not answered');
  });
}

/** Statuses by which a peer refuses what it was asked and has done nothing: one of the keys may be why. */
const refusals = new Set([400, 404, 409, 410, 413, 414, 422, 431]);

function isRefusal(error: unknown): boolean {
  if (!(error instanceof IntegrationError) || error.isOutcomeUnknown) return false;
  return error.status !== undefined && refusals.has(error.status);
}

// The most urgent member sets the deadline; one that gives up leaves the others their answer.
function signalFor(members: readonly BatchMember[]): AbortSignal {
  const earliest = Math.min(...members.map((member) => member.deadlineAt));
  const deadlines =
    earliest === Infinity
      ? []
      : [AbortSignal.timeout(Math.max(1, Math.ceil(earliest - performance.now())))];
  const abandoned = new AbortController();
  let waiting = members.length;
  for (const { signal } of members) {
    const leave = (): void => {
      waiting -= 1;
      if (waiting === 0) abandoned.abort(abortReason(signal));
    };
    signal.addEventListener('abort', leave, { once: true, signal: abandoned.signal });
  }
  return AbortSignal.any([...deadlines, abandoned.signal]);
}

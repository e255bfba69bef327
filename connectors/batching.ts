import DataLoader from 'dataloader';

import { newId } from '../kernel/ids.ts';
import type { JsonValue } from '../kernel/json.ts';
import { abortReason, untilAborted } from './egress/abort.ts';

/** What identifies one item in a batch request. */
export type BatchKey = string | number;

/** One call that may share a request with others of its group. */
export interface BatchMember {
  /** Equal groups may share: tenant, integration, operation, credential version and all other arguments. */
  readonly group: string;
  readonly key: BatchKey;
  readonly maxKeys: number;
  /** Monotonic time by which this member wants its answer, milliseconds. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  /** Makes the request for distinct keys; called once for the batch, on its first member. */
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

/** Gathers calls of many jobs, for a moment, into one request. */
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

  const batchId = newId();
  const keys = [...new Map(live.map((member) => [String(member.key), member.key])).values()];
  const answer = await first.fetch(keys, signalFor(live));
  return members.map((member) => {
    if (!live.includes(member)) return abortReason(member.signal);
    const value = answer.values.get(String(member.key)) ?? null;
    if (value instanceof Error) return value;
    const { status, attempts, durationMs } = answer;
    return { value, batchId, batchSize: live.length, status, attempts, durationMs };
  });
}

// The most urgent member sets the deadline; one that gives up leaves the others their answer.
function signalFor(members: readonly BatchMember[]): AbortSignal {
  const earliest = Math.min(...members.map((member) => member.deadlineAt));
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(earliest - performance.now())));
  const abandoned = new AbortController();
  let waiting = members.length;
  for (const { signal } of members) {
    const leave = (): void => {
      waiting -= 1;
      if (waiting === 0) abandoned.abort(abortReason(signal));
    };
    signal.addEventListener('abort', leave, { once: true, signal: abandoned.signal });
  }
  return AbortSignal.any([deadline, abandoned.signal]);
}

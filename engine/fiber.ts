import type { JsonValue } from '../kernel/json.ts';
import type { Turns } from '../kernel/turns.ts';
import type { OutsideWait, TimerWait } from './host.ts';

/**
 * A strand of a run: a generator that yields what it needs and is resumed with the answer. Between two
 * operations it computes synchronously, so all that a run does is a function of the order of the answers.
 */
export type Fiber<T> = Generator<Operation, T, JsonValue>;

export type Operation =
  | {
      readonly kind: 'perform';
      readonly key: string;
      readonly task: string;
      readonly start: EffectStart;
    }
  | { readonly kind: 'pause'; readonly wait: TimerWait | OutsideWait }
  /** Gives way to others; changes nothing in the run, whenever it happens. */
  | { readonly kind: 'breathe' }
  | {
      readonly kind: 'gather';
      readonly policy: GatherPolicy;
      readonly branches: readonly Fiber<JsonValue>[];
    };

/** Runs outside the deterministic part; its result is journaled before anybody sees it. */
export type EffectStart = (signal: AbortSignal) => Promise<JsonValue>;

/**
 * `all`: outputs in order; the first error cancels the rest. `first`: the first to complete wins and cancels the
 * rest, a faulted one drops out. `race`: the first to settle, either way, wins.
 */
export type GatherPolicy = 'all' | 'first' | 'race';

/** Performs an outside effect, once in the life of the job. */
export function* perform(key: string, task: string, start: EffectStart): Fiber<JsonValue> {
  return yield { kind: 'perform', key, task, start };
}

/** Stands still until a moment has come or somebody has answered. */
export function* pause(wait: TimerWait | OutsideWait): Fiber<JsonValue> {
  return yield { kind: 'pause', wait };
}

/** Gives way when this run has computed for long enough at once. */
export function* breathe(turns: Turns): Fiber<undefined> {
  if (turns.isOver()) yield { kind: 'breathe' };
}

/** Runs branches concurrently; answers an array for `all`, else `[index, output]` of the winner. */
export function* gather(
  policy: GatherPolicy,
  branches: readonly Fiber<JsonValue>[],
): Fiber<readonly JsonValue[]> {
  const answer = yield { kind: 'gather', policy, branches };
  return Array.isArray(answer) ? asArray(answer) : [];
}

// Array.isArray does not narrow readonly arrays: the check has been made by the caller.
function asArray(value: JsonValue): readonly JsonValue[] {
  return value as readonly JsonValue[];
}

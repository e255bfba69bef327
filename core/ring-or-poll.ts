import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { reachOf, type Limited } from './access/reach.ts';

/** Who waits. */
interface Listener {
  readonly doorbell: Doorbell;
  readonly actor: Limited;
}

interface RingOptions {
  readonly channel: string;
  /** Longest wait: rings may be lost, so the database is looked at this often anyway. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/** Waits for reasons to look into the database again; dispose it to stop listening. */
export interface Rings extends Disposable {
  /** Resolves at the next ring, after the poll time, or when the signal aborts; never rejects. */
  next(): Promise<void>;
  /**
   * What `look` finds, for all who listen here, reach the same and ask for the same before the next ring: they look once.
   * A key stands for one kind of thing; a look that failed is not kept.
   */
  share<Found>(key: string, look: () => Found): Found;
}

/** What all who listen to one channel have in common. */
interface Pulse {
  /** Counts the beats: rings and polls. */
  beats: number;
  readonly found: Map<string, unknown>;
  readonly waiting: Set<() => void>;
  listeners: number;
  readonly stop: () => void;
}

const pulses = new WeakMap<Doorbell, Map<string, Pulse>>();

/** Rings that follow each other faster count as one: a busy tenant is looked after this often, however many watch. */
const gapMs = 10;

/**
 * All who listen to a channel wake at the same beat, so that they can look together. A ring that comes while one does
 * not wait counts for its next wait, so none falls between two looks.
 */
export function ringOrPoll({ doorbell, actor }: Listener, options: RingOptions): Rings {
  const { signal } = options;
  const { pulse, leave } = join(doorbell, options);
  const reach = reachOf(actor) ?? '';
  let seen = pulse.beats;
  let wake: (() => void) | undefined;
  const onAbort = () => wake?.();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    async next() {
      if (seen === pulse.beats && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        wake = () => resolve(undefined);
        pulse.waiting.add(wake);
        await promise;
        pulse.waiting.delete(wake);
        wake = undefined;
      }
      seen = pulse.beats;
    },
    share: (key, look) => shared(pulse, `${reach} ${key}`, look),
    [Symbol.dispose]() {
      signal.removeEventListener('abort', onAbort);
      wake?.();
      leave();
    },
  };
}

function join(
  doorbell: Doorbell,
  options: RingOptions,
): { readonly pulse: Pulse; readonly leave: () => void } {
  const { channel, pollMs } = options;
  const ofDoorbell = pulses.get(doorbell) ?? new Map<string, Pulse>();
  pulses.set(doorbell, ofDoorbell);
  const key = `${String(pollMs)} ${channel}`;
  const pulse = ofDoorbell.get(key) ?? startPulse(doorbell, options);
  ofDoorbell.set(key, pulse);
  pulse.listeners += 1;
  let isHere = true;
  const leave = (): void => {
    if (!isHere) return;
    isHere = false;
    pulse.listeners -= 1;
    if (pulse.listeners > 0) return;
    pulse.stop();
    ofDoorbell.delete(key);
  };
  return { pulse, leave };
}

function startPulse(doorbell: Doorbell, { channel, pollMs }: RingOptions): Pulse {
  let gap: NodeJS.Timeout | undefined;
  let isRung = false;
  const beat = (): void => {
    pulse.beats += 1;
    pulse.found.clear();
    poll.refresh();
    for (const wake of pulse.waiting) wake();
  };
  const ring = (): void => {
    isRung = gap !== undefined;
    if (isRung) return;
    gap = setTimeout(() => {
      gap = undefined;
      if (isRung) ring();
    }, gapMs);
    beat();
  };
  const poll = setTimeout(beat, pollMs);
  const stopListening = doorbell.listen(channel, ring);
  const pulse: Pulse = {
    beats: 0,
    found: new Map(),
    waiting: new Set(),
    listeners: 0,
    stop: () => {
      stopListening();
      clearTimeout(poll);
      clearTimeout(gap);
    },
  };
  return pulse;
}

function shared<Found>({ found }: Pulse, key: string, look: () => Found): Found {
  // Found under this key, so it is what `look` gives: a key stands for one kind of thing.
  if (found.has(key)) return found.get(key) as Found;
  const fresh = look();
  found.set(key, fresh);
  if (fresh instanceof Promise) {
    fresh.catch(() => {
      if (found.get(key) === fresh) found.delete(key);
    });
  }
  return fresh;
}

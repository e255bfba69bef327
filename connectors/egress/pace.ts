import { AppError } from '../../kernel/errors.ts';
import { sleepUntil } from '../../kernel/retry/sleep.ts';
import type { Turn } from './breaker.ts';
import { type Quota, quotaIn } from './quota-fields.ts';
import { type Answer, retryAfterMs } from './retries.ts';

/** Slows a connection down before it is refused, by what the other side says is left. */
export interface Pace {
  /** Sends when there is something left; what is under way counts. Throws where that comes later than the call may take. */
  run<T extends Answer>(turn: Turn, send: () => Promise<T>): Promise<T>;
}

/** A system that names a later time is asked again then: it slows down its own calls alone, and not for ever. */
const maxPauseMs = 60_000;
/** Seconds are whole, and the clock of the other side is another. */
const spareMs = 50;

export function createPace(name: string): Pace {
  let underWay = 0;
  let answers = 0;
  let window: Window = open;
  let changed = Promise.withResolvers<undefined>();

  /** Has those that wait look again, at another window where one is given. */
  function wake(next = window): void {
    window = next;
    changed.resolve(undefined);
    changed = Promise.withResolvers<undefined>();
  }

  /** `before` is how many answers had come when the request was sent. */
  function note(answer: Answer, before: number): void {
    answers += 1;
    const now = performance.now();
    const quota = toldBy(answer);
    if (quota === undefined) {
      // Nothing is told any more.
      if (window.isAssumed) wake(open);
      return;
    }
    // Requests that are still under way are not in its count yet.
    const left = Math.max(0, quota.remaining - underWay);
    // Answers overtake each other: one raises the count only where its request was sent after that was told.
    if (left >= window.left && before < window.answer && now < window.endsAt) return;
    wake({ ...told(window, quota, now), left, answer: answers });
  }

  /** Takes one of what is left, where something is. */
  function takeNow(now: number): Window | undefined {
    if (now >= window.endsAt) window = renewed(window, now);
    if (window.left <= 0) return undefined;
    window.left -= 1;
    return window;
  }

  async function take({ signal, deadlineAt }: Turn): Promise<Window> {
    for (;;) {
      const now = performance.now();
      const taken = takeNow(now);
      if (taken !== undefined) return taken;
      const waitMs = window.endsAt - now;
      if (window.endsAt >= deadlineAt) throw exhausted(name, waitMs);
      await sleepUntil(changed.promise, waitMs, signal);
    }
  }

  return {
    async run<T extends Answer>(turn: Turn, send: () => Promise<T>) {
      // Mostly nobody has told of a limit, and nothing is waited for.
      const taken = takeNow(performance.now()) ?? (await take(turn));
      underWay += 1;
      const before = answers;
      let answer: T;
      try {
        answer = await send();
      } catch (error) {
        // What got no answer has taken nothing of what nobody has told of: the next one finds out.
        if (taken.isAssumed) taken.left += 1;
        wake();
        throw error;
      } finally {
        underWay -= 1;
      }
      note(answer, before);
      return answer;
    },
  };
}

/** What a system has told, but for how much is left of it. */
function told(window: Window, { resetMs, remaining }: Quota, now: number) {
  const lengthMs = Math.min(resetMs, maxPauseMs) + spareMs;
  const size = Math.max(window.size === Infinity ? 1 : window.size, remaining + 1);
  return { size, lengthMs, endsAt: now + lengthMs, isAssumed: false };
}

/** As many as there were at most before, until an answer tells. */
function renewed(window: Window, now: number): Window {
  return { ...window, left: window.size, endsAt: now + window.lengthMs, isAssumed: true };
}

interface Window {
  /** Requests that may still be sent in it. */
  left: number;
  /** The most that were ever left. */
  readonly size: number;
  readonly lengthMs: number;
  readonly endsAt: number;
  /** The answer that told of it, counted from 1. */
  readonly answer: number;
  /** True while no answer has told of it. */
  readonly isAssumed: boolean;
}

/** Nobody has told of a limit. */
const open: Window = {
  ...{ left: Infinity, size: Infinity, lengthMs: Infinity, endsAt: Infinity },
  ...{ answer: 0, isAssumed: false },
};

function toldBy({ status, headers }: Answer): Quota | undefined {
  const refusedMs = status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
  return refusedMs === undefined
    ? quotaIn(headers, new Date())
    : { remaining: 0, resetMs: refusedMs };
}

/** Says nothing about the health of the other side, so it is no failure of it. */
function exhausted(name: string, waitMs: number): AppError {
  const text = `${name} takes no more requests for now, as its last answers say`;
  return new AppError('RATE_LIMITED', text, { retryAfterMs: Math.ceil(waitMs) });
}

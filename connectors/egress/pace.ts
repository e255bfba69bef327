import { AppError } from '../../kernel/errors.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import type { Turn } from './breaker.ts';
import { quotaIn } from './quota-fields.ts';
import { retryAfterMs } from './retries.ts';

/** The least of an answer that tells of quotas. */
interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Slows a connection down before it is refused, by what the other side says is left. */
export interface Pace {
  /** Sends when there is something left; what is under way counts. Throws where that comes later than the call may take. */
  run<T extends Told>(turn: Turn, send: () => Promise<T>): Promise<T>;
}

/** A system that names a later time is asked again then: it slows down its own calls alone, and not for ever. */
const maxPauseMs = 60_000;
/** Seconds are whole, and the clock of the other side is another. */
const spareMs = 50;

export function createPace(name: string): Pace {
  let underWay = 0;
  let answers = 0;
  // Without limit until somebody says otherwise; by which answer, and until when that counts.
  let left = Infinity;
  let toldBy = 0;
  let until = 0;

  /** `before` is how many answers had come when the request was sent. */
  function note({ status, headers }: Told, before: number): void {
    answers += 1;
    const refusedMs = status === 429 || status === 503 ? retryAfterMs(headers) : undefined;
    const quota =
      refusedMs === undefined ? quotaIn(headers, new Date()) : { remaining: 0, resetMs: refusedMs };
    if (quota === undefined) return;
    const now = performance.now();
    // Requests that are still under way are not in its count yet.
    const told = Math.max(0, quota.remaining - underWay);
    // Answers overtake each other: one raises the count only where its request was sent after that was told.
    if (told >= left && before < toldBy && now < until) return;
    left = told;
    toldBy = answers;
    until = now + Math.min(quota.resetMs, maxPauseMs) + spareMs;
  }

  async function take({ signal, deadlineAt }: Turn): Promise<void> {
    for (;;) {
      const waitMs = until - performance.now();
      if (waitMs <= 0) left = Infinity;
      if (left > 0) break;
      if (performance.now() + waitMs >= deadlineAt) throw exhausted(name, waitMs);
      await sleep(waitMs, signal);
    }
    left -= 1;
  }

  return {
    async run(turn, send) {
      await take(turn);
      underWay += 1;
      const before = answers;
      const answer = await send().finally(() => {
        underWay -= 1;
      });
      note(answer, before);
      return answer;
    },
  };
}

/** Says nothing about the health of the other side, so it is no failure of it. */
function exhausted(name: string, waitMs: number): AppError {
  const text = `${name} takes no more requests for now, as its last answers say`;
  return new AppError('RATE_LIMITED', text, { retryAfterMs: Math.ceil(waitMs) });
}

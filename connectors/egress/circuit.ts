import { CircuitState, SamplingBreaker } from 'cockatiel';

import type { IntegrationError } from '../errors.ts';
import {
  type BreakerNews,
  type BreakerShare,
  type BreakerShares,
  unshared,
} from './breaker-share.ts';

export const breakerStates = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const;

export type BreakerState = (typeof breakerStates)[number];

export interface BreakerOptions {
  /** Failures in a row that open it. @default 8 */
  readonly consecutive?: number;
  /** First pause; it doubles up to a minute while probes fail. @default 2000 */
  readonly pauseMs?: number;
}

/** Whose breaker it is, and whom it is shared with. */
export interface BreakerPlace {
  /** How messages call the system. */
  readonly name: string;
  /** Equal for all who share it. */
  readonly key: string;
  /** @default nobody shares it */
  readonly join?: BreakerShares['join'] | undefined;
}

/** What the system failed with last. */
export interface Fault {
  readonly message: string;
  readonly status?: number | undefined;
  readonly cause?: IntegrationError | undefined;
}

/** When something was begun: what comes of it counts while nothing has changed. */
export type Moment = object;

const maxPauseMs = 60_000;

/** Failures in a row count over all processes that share it, so that it opens after as many as in one of them. */
export class Circuit implements Disposable {
  readonly share: BreakerShare;
  readonly #name: string;
  readonly #consecutive: number;
  readonly #firstPauseMs: number;
  #state: BreakerState = 'CLOSED';
  #failures = 0;
  #nextPauseMs: number;
  #pausedUntil = 0;
  #last: Fault;
  #changed = Promise.withResolvers<undefined>();
  #sampling = newSampling();

  constructor(
    { name, key, join = unshared }: BreakerPlace,
    { consecutive = 8, pauseMs = 2000 }: BreakerOptions,
  ) {
    this.#name = name;
    this.#consecutive = consecutive;
    this.#firstPauseMs = pauseMs;
    this.#nextPauseMs = pauseMs;
    this.#last = { message: `${name} failed` };
    this.share = join(key, (news) => this.#hear(news));
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** What it failed with last. */
  get last(): Fault {
    return this.#last;
  }

  /** How long the pause still is, milliseconds; below 0 it is over. */
  get leftMs(): number {
    return this.#pausedUntil - performance.now();
  }

  get now(): Moment {
    return this.#changed;
  }

  /** Kept when the state is another. */
  get changed(): Promise<undefined> {
    return this.#changed.promise;
  }

  answered(status: number, begun: Moment): void {
    if (status >= 500) this.failed(answerFault(this.#name, status), begun);
    else this.#succeeded(begun);
  }

  failed(fault: Fault, begun: Moment): void {
    if (begun !== this.now) return;
    this.#last = fault;
    this.#failures += 1;
    // Few calls: failures in a row. Many calls: half of them within ten seconds.
    const isMuch = this.#sampling.failure(CircuitState.Closed);
    const isEnough = isMuch || this.#failures >= this.#consecutive;
    if (isEnough || this.#state === 'HALF_OPEN') this.#trip();
    else this.share.tell({ kind: 'failed' });
  }

  /** The pause is over, and one call finds out. */
  halfOpen(): void {
    this.#enter('HALF_OPEN');
  }

  /** Nobody here has found out. */
  pause(ms: number): void {
    this.#enter('OPEN', ms);
  }

  [Symbol.dispose](): void {
    this.share[Symbol.dispose]();
  }

  #succeeded(begun: Moment): void {
    if (begun !== this.now) return;
    if (this.#state === 'HALF_OPEN') {
      this.#close();
      this.share.tell({ kind: 'closed' });
      return;
    }
    this.#sampling.success(CircuitState.Closed);
    if (this.#failures > 0) this.share.tell({ kind: 'recovered' });
    this.#failures = 0;
  }

  #hear(news: BreakerNews): void {
    switch (news.kind) {
      case 'failed':
        if (this.#state !== 'CLOSED') return;
        this.#failures += 1;
        if (this.#failures >= this.#consecutive) this.#trip();
        return;
      case 'recovered':
        this.#failures = 0;
        return;
      case 'opened':
        this.#last = answerFault(this.#name, news.status);
        this.#open(news.pauseMs, news.leftMs);
        return;
      case 'closed':
        this.#close();
    }
  }

  #trip(): void {
    const pauseMs = this.#nextPauseMs;
    this.#open(pauseMs, pauseMs);
    this.share.tell({ kind: 'opened', pauseMs, leftMs: pauseMs, status: this.#last.status });
  }

  #open(pauseMs: number, leftMs: number): void {
    this.#nextPauseMs = Math.min(2 * pauseMs, maxPauseMs);
    this.#failures = 0;
    this.#enter('OPEN', Math.min(leftMs, maxPauseMs));
  }

  #close(): void {
    this.#nextPauseMs = this.#firstPauseMs;
    this.#failures = 0;
    this.#sampling = newSampling();
    if (this.#state !== 'CLOSED') this.#enter('CLOSED');
  }

  #enter(state: BreakerState, leftMs = 0): void {
    this.#state = state;
    this.#pausedUntil = performance.now() + leftMs;
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers<undefined>();
  }
}

function newSampling(): SamplingBreaker {
  return new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 3 });
}

function answerFault(name: string, status: number | undefined): Fault {
  if (status === undefined) return { message: `${name} failed` };
  return { message: `${name} answered with status ${String(status)}`, status };
}

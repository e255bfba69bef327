/** Upper ends of the histogram of latency, milliseconds; a last bucket has what took longer. */
const latencyBoundsMs = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
] as const;

/** Requests, those with errors, then those of each bucket of latency. */
export type DayNumbers = readonly number[];

/** How an operation went. */
export interface Outcome {
  /** Undefined where an answer has no one moment, as with subscriptions. */
  readonly seconds: number | undefined;
  readonly hasErrors: boolean;
}

const requests = 0;
const failures = 1;
const firstBucket = 2;
const width = firstBucket + latencyBoundsMs.length + 1;
const msPerDay = 86_400_000;

/** Days since 1 January 1970, in UTC. */
export function dayOf(time: Date): number {
  return Math.floor(time.getTime() / msPerDay);
}

/** As `2026-11-29`. */
export function dateOf(day: number): string {
  return new Date(day * msPerDay).toISOString().slice(0, 10);
}

/** Undefined for what is no date. */
export function dayFrom(date: string): number | undefined {
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / msPerDay);
}

/** Numbers of the last days, of constant size. */
export class DayCounts {
  readonly #days: Int32Array;
  readonly #numbers: Float64Array;

  constructor(retentionDays: number) {
    this.#days = new Int32Array(retentionDays).fill(-1);
    this.#numbers = new Float64Array(retentionDays * width);
  }

  count(day: number, { seconds, hasErrors }: Outcome): void {
    const at = this.#placeOf(day);
    if (at === undefined) return;
    const numbers = this.#numbers;
    numbers[at + requests] = (numbers[at + requests] ?? 0) + 1;
    if (hasErrors) numbers[at + failures] = (numbers[at + failures] ?? 0) + 1;
    if (seconds === undefined) return;
    const bucket = at + firstBucket + bucketOf(seconds * 1_000);
    numbers[bucket] = (numbers[bucket] ?? 0) + 1;
  }

  /** Adds what another has counted on a day. */
  add(day: number, others: DayNumbers): void {
    const at = this.#placeOf(day);
    if (at === undefined) return;
    for (let index = 0; index < width; index++)
      this.#numbers[at + index] = (this.#numbers[at + index] ?? 0) + (others[index] ?? 0);
  }

  addAll(others: DayCounts): void {
    for (const [day, numbers] of others.entries()) this.add(day, numbers);
  }

  /** Days from this one on that have something, in no order. */
  *entries(since = 0): Iterable<readonly [number, DayNumbers]> {
    for (const [index, day] of this.#days.entries())
      if (day >= since && day >= 0)
        yield [day, [...this.#numbers.subarray(index * width, (index + 1) * width)]];
  }

  /** All days from this one on together. */
  total(since = 0): DayNumbers {
    return sumOf([...this.entries(since)].map(([, numbers]) => numbers));
  }

  /** Where the numbers of a day stand; undefined for one whose place a later day has taken. */
  #placeOf(day: number): number | undefined {
    const index = day % this.#days.length;
    const known = this.#days[index] ?? -1;
    if (known > day) return undefined;
    if (known < day) {
      this.#days[index] = day;
      this.#numbers.fill(0, index * width, (index + 1) * width);
    }
    return index * width;
  }
}

/** Adds numbers place by place. */
export function sumOf(all: readonly DayNumbers[]): DayNumbers {
  const sum = new Array<number>(width).fill(0);
  for (const numbers of all)
    for (let index = 0; index < width; index++)
      sum[index] = (sum[index] ?? 0) + (numbers[index] ?? 0);
  return sum;
}

export function requestsIn(numbers: DayNumbers): number {
  return numbers[requests] ?? 0;
}

export function errorsIn(numbers: DayNumbers): number {
  return numbers[failures] ?? 0;
}

/** The end of the bucket in which this share of all lies, milliseconds; undefined where none was timed. */
export function quantileMs(numbers: DayNumbers, share: number): number | undefined {
  const buckets = numbers.slice(firstBucket);
  const all = buckets.reduce((sum, one) => sum + one, 0);
  let below = 0;
  const index = buckets.findIndex((one) => (below += one) >= all * share);
  return all === 0 ? undefined : (latencyBoundsMs[index] ?? Infinity);
}

function bucketOf(ms: number): number {
  let index = 0;
  while (index < latencyBoundsMs.length && ms > (latencyBoundsMs[index] ?? Infinity)) index++;
  return index;
}

import type { JsonValue } from '../kernel/json.ts';
import { toStorable } from '../kernel/storable.ts';
import type { Turns } from '../kernel/turns.ts';
import { stepsPerResult, type Compute } from './compute.ts';
import type { Fiber, Operation } from './fiber.ts';
import type { EffectContext, OutsideWait, TimerWait, Wait } from './host.ts';
import type { JournalEntry, JournalValue } from './journal.ts';
import type { Limits } from './limits.ts';
import { WorkflowError, workflowError } from './problem.ts';
import { asStored } from './stored-value.ts';
import { handOver, passMark, type RunClock } from './replay.ts';
import type { Seat } from './seat.ts';
import { Strands, type OpenOperation, type Settled } from './strands.ts';

export interface DriveOptions {
  readonly seat: Omit<Seat, 'take' | 'observe'>;
  readonly limits: Limits;
  readonly clock: RunClock;
  readonly compute: Pick<Compute, 'grant'>;
  /** The context of what is asked of the outside. */
  readonly effectOf: (effect: Pick<EffectContext, 'key' | 'task' | 'signal'>) => EffectContext;
  /** Shared by all runs of the thread. */
  readonly turns: Turns;
  /** True when the abort means that the job is cancelled, not that this worker has to stop. */
  readonly isCancellation: (reason: unknown) => boolean;
}

export type DriveEnd =
  | { readonly kind: 'settled'; readonly settled: Settled }
  | { readonly kind: 'parked'; readonly wakeAt?: number; readonly waits: readonly Wait[] }
  | { readonly kind: 'cancelled' };

type Pause = Extract<Operation, { readonly kind: 'pause' }>;

/** Why a sleep ends early; one for all, as an error is dear to make. */
const awake = new Error('the run is awake');
const hasEnded = new Error('the run has ended');

/** Thrown where the run finds that it has to stop; the reason is in the signal. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * Drives the strands of a run: first through the journal, entry by entry, then live. A live result is appended,
 * and delivered only when it is durable, in the order of appending; so the journal alone decides what a run does.
 */
export interface Drive {
  /** Runs from the beginning. */
  begin(): Promise<DriveEnd>;
  /** Runs on after it was parked: what stands open is asked for again, and nothing else is done twice. */
  goOn(): Promise<DriveEnd>;
  /** Bytes of the journal so far. */
  readonly journalBytes: number;
}

/** A run that has not begun. */
export function createDrive(root: Fiber<JsonValue>, options: DriveOptions): Drive {
  return new Driver(root, options);
}

class Driver implements Drive {
  readonly #options: DriveOptions;
  readonly #strands: Strands;
  readonly #inFlight = new Map<string, AbortController>();
  #completed: JournalEntry[] = [];
  #fatal: { readonly error: unknown } | undefined;
  #wake = Promise.withResolvers<undefined>();
  #entries = 0;
  #bytes = 0;

  constructor(root: Fiber<JsonValue>, options: DriveOptions) {
    this.#options = options;
    this.#strands = new Strands(root, (key) => {
      this.#inFlight.get(key)?.abort(new Error('the effect is not needed any more'));
      this.#inFlight.delete(key);
    });
  }

  get journalBytes(): number {
    return this.#bytes;
  }

  begin(): Promise<DriveEnd> {
    return this.#untilEnd(async () => {
      await this.#replay([...this.#options.seat.journal.entries]);
    });
  }

  goOn(): Promise<DriveEnd> {
    return this.#untilEnd(() => {
      for (const operation of this.#strands.standing()) this.#launch(operation);
    });
  }

  async #untilEnd(first: () => Promise<void> | void): Promise<DriveEnd> {
    const { signal } = this.#options.seat;
    const onAbort = (): void => {
      this.#wake.resolve(undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await first();
      return await this.#live();
    } catch (error) {
      if (error instanceof Stopped) return this.#stop();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      for (const controller of this.#inFlight.values()) controller.abort(hasEnded);
    }
  }

  async #replay(entries: readonly JournalEntry[]): Promise<void> {
    await this.#settle();
    for (const entry of entries) {
      this.#count(entry);
      if (!passMark(this.#strands, this.#options.clock, entry)) await this.#deliver(entry);
    }
  }

  async #live(): Promise<DriveEnd> {
    for (;;) {
      if (this.#strands.outcome !== undefined)
        return { kind: 'settled', settled: this.#strands.outcome };
      if (this.#fatal !== undefined) throw this.#fatal.error;
      if (this.#options.seat.signal.aborted) return this.#stop();
      for (const operation of this.#strands.takeOpened()) this.#launch(operation);
      this.#completeDueTimers();
      if (this.#completed.length > 0) await this.#commit();
      else if (this.#mayProceed()) await this.#untilSomethingHappens();
      else return this.#parked();
    }
  }

  #stop(): DriveEnd {
    const reason: unknown = this.#options.seat.signal.reason;
    if (!this.#options.isCancellation(reason)) throw reason;
    this.#strands.cancel();
    return { kind: 'cancelled' };
  }

  #launch(operation: OpenOperation): void {
    if (operation.kind === 'perform') {
      const { key, start } = operation;
      this.#inBackground(key, async (signal) => await start(signal));
    } else if (operation.wait.kind !== 'timer') {
      this.#ask(operation.wait);
    }
  }

  #ask(wait: OutsideWait): void {
    const { key, task } = wait;
    this.#inBackground(key, async (signal) => {
      return await this.#options.seat.host.ask(wait, this.#options.effectOf({ key, task, signal }));
    });
  }

  /** Starts outside work; an undefined result is no answer yet. */
  #inBackground(key: string, work: (signal: AbortSignal) => Promise<JsonValue | undefined>): void {
    const controller = new AbortController();
    this.#inFlight.set(key, controller);
    const finish = (valueOf: () => JournalValue | undefined): void => {
      if (this.#inFlight.get(key) !== controller) return;
      this.#inFlight.delete(key);
      const value = valueOf();
      if (value !== undefined) this.#completed.push({ key, value });
      this.#wake.resolve(undefined);
    };
    work(controller.signal).then(
      (ok) => {
        finish(() => (ok === undefined ? undefined : this.#succeeded(key, ok)));
      },
      (error: unknown) => {
        if (error instanceof WorkflowError)
          finish(() => ({ at: this.#time(), error: toStorable(error.problem) }));
        else this.#fail(controller, key, error);
      },
    );
  }

  #succeeded(key: string, ok: JsonValue): JournalValue {
    const at = this.#time();
    const limit = this.#options.limits.outputBytes;
    try {
      const { value, bytes } = asStored(ok);
      if (bytes <= limit) return { at, ok: value };
      const detail = `the result of ${key} has ${String(bytes)} bytes, ${String(limit)} are allowed`;
      return { at, error: workflowError('runtime', detail).problem, isCatchable: false };
    } catch (error) {
      if (error instanceof WorkflowError) return { at, error: error.problem };
      throw error;
    }
  }

  #fail(controller: AbortController, key: string, error: unknown): void {
    if (this.#inFlight.get(key) !== controller) return;
    this.#fatal ??= { error };
    this.#wake.resolve(undefined);
  }

  #time(): number {
    return Math.max(this.#options.clock.now, this.#options.seat.host.now());
  }

  #completeDueTimers(): void {
    const now = this.#time();
    const due = this.#timers()
      .filter((timer) => timer.dueAt <= now)
      .toSorted((left, right) => left.dueAt - right.dueAt);
    const waiting = new Set(this.#completed.map((entry) => entry.key));
    for (const { key } of due)
      if (!waiting.has(key)) this.#completed.push({ key, value: { at: now, ok: null } });
  }

  async #commit(): Promise<void> {
    const batch = this.#completed.filter((entry) => this.#strands.isOpen(entry.key));
    this.#completed = [];
    for (const entry of batch) this.#count(entry);
    await Promise.all(batch.map((entry) => this.#options.seat.journal.append(entry)));
    for (const entry of batch) await this.#deliver(entry);
  }

  #count(entry: JournalEntry): void {
    const { journalEntries, journalBytes } = this.#options.limits;
    this.#entries += 1;
    this.#bytes += Buffer.byteLength(JSON.stringify(entry.value));
    if (this.#entries > journalEntries) throw journalFull(`${String(journalEntries)} entries`);
    if (this.#bytes > journalBytes) throw journalFull(`${String(journalBytes)} bytes`);
  }

  async #deliver(entry: JournalEntry): Promise<void> {
    if (this.#strands.outcome !== undefined) return;
    this.#options.compute.grant(stepsPerResult);
    if (handOver(this.#strands, this.#options.clock, entry)) await this.#settle();
  }

  /** Steps until nothing is ready, in slices between which others have their turns. */
  async #settle(): Promise<void> {
    const { turns, seat } = this.#options;
    const { signal } = seat;
    do {
      const more = seat.room();
      if (more !== undefined) await more;
      if (turns.isOver()) await turns.next();
      if (signal.aborted) throw new Stopped();
    } while (this.#strands.step());
  }

  #timers(): TimerWait[] {
    return this.#pauses()
      .map((pause) => pause.wait)
      .filter((wait) => wait.kind === 'timer');
  }

  #pauses(): Pause[] {
    return this.#strands.standing().filter((operation) => operation.kind === 'pause');
  }

  #nextDue(): number | undefined {
    const timers = this.#timers();
    return timers.length === 0 ? undefined : Math.min(...timers.map((timer) => timer.dueAt));
  }

  #mayProceed(): boolean {
    if (this.#inFlight.size > 0) return true;
    const due = this.#nextDue();
    return due !== undefined && due - this.#time() <= this.#options.limits.inlineWaitMs;
  }

  async #untilSomethingHappens(): Promise<void> {
    const due = this.#nextDue();
    if (due === undefined) await this.#wake.promise;
    else await this.#untilAwakeOr(due);
    if (!this.#options.seat.signal.aborted) this.#wake = Promise.withResolvers<undefined>();
  }

  async #untilAwakeOr(due: number): Promise<void> {
    const alarm = new AbortController();
    const sleep = this.#options.seat.host.sleep(due - this.#time(), alarm.signal);
    await Promise.race([this.#wake.promise, sleep]);
    alarm.abort(awake);
  }

  #parked(): DriveEnd {
    const waits = this.#pauses()
      .map((pause) => pause.wait)
      .filter((wait) => wait.kind !== 'cancel');
    const wakeAt = this.#nextDue();
    return wakeAt === undefined ? { kind: 'parked', waits } : { kind: 'parked', wakeAt, waits };
  }
}

function journalFull(limit: string): WorkflowError {
  return workflowError('runtime', `the journal of the job is full: ${limit} are allowed`, {
    isCatchable: false,
  });
}

import { outlast } from '../kernel/database/outlast.ts';
import type { JsonValue } from '../kernel/json.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import type { AdvanceResult, Checkpoint, FinalState, Park } from '../queue/advance.ts';
import type { EventDraft, Held, JournalDraft, WaitDraft } from '../queue/job.ts';
import { sequenceOf, type Told } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import { JobLeft } from './leaving.ts';
import type { Lease } from './lease.ts';

/** Gathers what a run has to write and sends it in order, one write at a time. */
export interface JobWriter {
  /** Notes the result of an effect; it is on its way to the database when this turn of the event loop ends. */
  journal(entry: JournalDraft): void;
  /** Notes an event; it travels with the next write, or alone after a moment. One of a known key is dropped. */
  event(draft: EventDraft): void;
  /** Resolves when so much is written that there is room for more; undefined when there is already. */
  room(): Promise<void> | undefined;
  /** Makes a wait known outside. */
  wait(draft: WaitDraft): void;
  /** Resolves when all that was noted is durable. With `always` it writes even nothing, to meet a pause. */
  flush(options?: { readonly always: boolean }): Promise<void>;
  /** Resolves when all results are durable but those that a replay is sure to come to again. */
  settle(isRepeatable: (key: string) => boolean): Promise<void>;
  finish(to: FinalState): Promise<AdvanceResult>;
  park(until: Park): Promise<AdvanceResult>;
  release(): Promise<AdvanceResult>;
  /** What has been told of the job by now, on its way or written. */
  told(): Told;
}

export interface JobWriterOptions {
  readonly queue: Pick<Queue, 'checkpoint' | 'finish' | 'park' | 'release'>;
  readonly held: Held;
  /** A write is repeated while the database is away, as long as this lease may last. */
  readonly lease: Pick<Lease, 'hasEnded'>;
  /** What earlier runs have told. */
  readonly told: Told;
  /** True while nobody else has anything to do here: then events need not make way. @default never */
  readonly isAlone?: () => boolean;
  /** Called once when a write fails or finds the job gone. */
  readonly onBroken: (reason: Error) => void;
}

/** What waits to be written when a write begins, or the run has to wait for one: about the size of a write. */
const fullBytes = 262_144;

/** How long an event waits for company, milliseconds: what onlookers see lags by this while writing is quick. */
const eventDelayMs = 100;
/** Events alone rest after a write for so many times as long as it took: a run takes a quarter of a connection for them. */
const restPerWrite = 3;
/** The longest rest, milliseconds: by it and a write lags what onlookers see when the database is slow. */
const maxRestMs = 2_000;

/**
 * Results are written behind the run: it computes on while they travel, and the last one shares a statement with the
 * end of the job. Nothing leaves the process before `flush` has made durable what it follows from.
 */
export function createJobWriter(options: JobWriterOptions): JobWriter {
  const { queue, held, isAlone = () => false } = options;
  const outbox = createOutbox(options.told);
  const line = createLine({
    isAlone,
    onBroken(reason) {
      clearTimeout(timer);
      options.onBroken(reason);
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let isScheduled = false;

  const { send, flush, flushNow } = createSends({ outbox, line, onSend }, options);

  function onSend(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function flushSoon(): void {
    isScheduled = false;
    flush().catch(line.breakOff);
  }

  const schedule = (): void => {
    if (!isScheduled) setImmediate(flushSoon);
    isScheduled = true;
  };

  return {
    journal(entry) {
      line.assertWhole();
      outbox.note(entry);
      schedule();
    },
    event(draft) {
      if (outbox.tell(draft))
        timer ??= setTimeout(flushSoon, Math.max(eventDelayMs, line.restMs()));
    },
    // A write that fails breaks the line, which ends the run: nobody has to be told of it here.
    room() {
      if (outbox.bytes < fullBytes) return undefined;
      if (!line.isFree()) return makeRoom(outbox, line, flush).catch(line.breakOff);
      // The run computes on while this is on its way.
      flushNow().catch(line.breakOff);
      return undefined;
    },
    wait(draft) {
      outbox.waits.push(draft);
      // What is only a note travels with the next write.
      if (draft.isLooked !== true) schedule();
    },
    flush,
    async settle(isRepeatable) {
      line.assertWhole();
      if (!outbox.unwritten.values().every(isRepeatable)) await flush();
    },
    finish: (to) => send((write) => queue.finish(held, write, to)),
    park: (until) => send((write) => queue.park(held, write, until)),
    release: () => send((write) => queue.release(held, write)),
    told: outbox.told,
  };
}

interface Sending {
  readonly outbox: Outbox;
  readonly line: Line;
  /** Called before all that waits is taken. */
  readonly onSend: () => void;
}

/** The ways in which what waits is written. */
function createSends(
  { outbox, line, onSend }: Sending,
  { queue, held, lease }: Pick<JobWriterOptions, 'queue' | 'held' | 'lease'>,
) {
  const canWait = (): boolean => !lease.hasEnded();
  let queued: Promise<AdvanceResult> | undefined;

  function send(write: (taken: Checkpoint) => Promise<AdvanceResult>): Promise<AdvanceResult> {
    return line.follow(async () => {
      queued = undefined;
      onSend();
      const taken = outbox.take();
      const result = await outlast(() => write(taken), canWait);
      outbox.written(taken);
      return result;
    });
  }

  // Branches that flush at the same time share a write: one that has not begun takes whatever is there when it does.
  const flushNow = (): Promise<AdvanceResult> =>
    (queued ??= send((write) => checkpoint(queue, held, write)));

  async function flush({ always } = { always: false }): Promise<void> {
    await line.empty();
    if (always || !outbox.isEmpty()) await flushNow();
    // What was noted may be on its way since.
    else await line.empty();
  }

  return { send, flush, flushNow };
}

async function checkpoint(
  queue: JobWriterOptions['queue'],
  held: Held,
  write: Checkpoint,
): Promise<AdvanceResult> {
  const result = await queue.checkpoint(held, write);
  if (result.state !== 'RUNNING') throw new JobLeft(`the job is ${result.state} now`);
  return result;
}

/** Results hurry; events alone make way for what other runs write. */
async function makeRoom(
  outbox: { readonly bytes: number },
  { restMs }: { readonly restMs: () => number },
  flush: () => Promise<void>,
): Promise<void> {
  while (outbox.bytes >= fullBytes) {
    if (restMs() > 0) await sleep(restMs());
    else await flush();
  }
}

type Outbox = ReturnType<typeof createOutbox>;
type Line = ReturnType<typeof createLine>;

/** What waits for the next write. */
function createOutbox(before: Told) {
  const memory = createMemory(before);
  const journal: JournalDraft[] = [];
  const events: EventDraft[] = [];
  const waits: WaitDraft[] = [];
  const unwritten = new Set<string>();
  let bytes = 0;
  return {
    /** About what waits. */
    get bytes() {
      return bytes;
    },
    /** Keys of results that are not known to be durable. */
    unwritten,
    note(entry: JournalDraft): void {
      journal.push(entry);
      bytes += sizeOf(entry.value);
      unwritten.add(entry.key);
    },
    written({ journal: entries = [] }: Checkpoint): void {
      for (const { key } of entries) unwritten.delete(key);
    },
    /** False for an event of a known key. */
    tell(event: EventDraft): boolean {
      const { key, data } = event;
      if (key !== undefined && !memory.isNew(key)) return false;
      events.push(event);
      bytes += bytesPerEvent + sizeOf(data);
      return true;
    },
    told: memory.told,
    waits,
    isEmpty: () => journal.length + events.length + waits.length === 0,
    take(): Checkpoint {
      const taken = bytes;
      bytes = 0;
      return {
        journal: journal.splice(0),
        events: events.splice(0),
        waits: waits.splice(0),
        bytes: taken,
      };
    },
  };
}

/** Which events are known. Those of the definition come in order, again from the first when it is replayed. */
function createMemory({ upTo, keys }: Told) {
  let last = upTo;
  const others = new Set(keys);
  return {
    /** True for a key that comes for the first time. */
    isNew(key: string): boolean {
      const sequence = sequenceOf(key);
      const isKnown = sequence === undefined ? others.has(key) : sequence <= last;
      if (isKnown) return false;
      if (sequence === undefined) others.add(key);
      else last = sequence;
      return true;
    },
    told: (): Told => ({ upTo: last, keys: others }),
  };
}

/** Of an event beside its data. */
const bytesPerEvent = 300;

function sizeOf(value: JsonValue): number {
  return JSON.stringify(value).length;
}

/** Does one thing after the other until one fails; then nothing any more. */
function createLine({
  isAlone,
  onBroken,
}: Required<Pick<JobWriterOptions, 'isAlone' | 'onBroken'>>) {
  let underWay = 0;
  let last: Promise<unknown> = Promise.resolve();
  let broken: Error | undefined;
  let restsUntil = 0;

  const assertWhole = (): void => {
    if (broken !== undefined) throw broken;
  };
  /** How long what does not hurry leaves the database to others, by what the last thing took. */
  const restMs = (): number => (isAlone() ? 0 : Math.max(0, restsUntil - performance.now()));
  const breakOff = (reason: unknown): void => {
    if (broken !== undefined) return;
    broken = reason instanceof Error ? reason : new Error('a write failed', { cause: reason });
    onBroken(broken);
  };

  return {
    assertWhole,
    breakOff,
    restMs,
    /** True when nothing is under way and there is nobody to make way for. */
    isFree: () => underWay === 0 && restMs() === 0,
    follow<T>(work: () => Promise<T>): Promise<T> {
      underWay += 1;
      const done = last.then(async () => {
        assertWhole();
        const startedAt = performance.now();
        const result = await work();
        const endedAt = performance.now();
        restsUntil = endedAt + Math.min(maxRestMs, restPerWrite * (endedAt - startedAt));
        return result;
      });
      last = done.catch(breakOff).finally(() => (underWay -= 1));
      return done;
    },
    /** Resolves when all is done; throws when something has failed. */
    async empty(): Promise<void> {
      await last;
      assertWhole();
    },
  };
}

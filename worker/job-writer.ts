import { outlast } from '../kernel/database/outlast.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import type { AdvanceResult } from '../queue/advance.ts';
import type { Checkpoint, FinalState, Park } from '../queue/advance-draft.ts';
import type { EventDraft, Held, JournalDraft, WaitDraft } from '../queue/job.ts';
import type { Told } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import { JobLeft } from './leaving.ts';
import type { Lease } from './lease.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createLine, type Line } from './write-line.ts';

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

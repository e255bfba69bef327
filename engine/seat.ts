import type { Host } from './host.ts';
import type { Journal } from './journal.ts';
import type { LifecycleEvent } from './lifecycle.ts';

/** What a run works with from its start, or from a wait, to its next wait. */
export interface Surroundings {
  readonly host: Host;
  readonly journal: Journal;
  /** Stops the run. With a `JobCancelled` as reason the outcome is `cancelled`; any other reason is thrown. */
  readonly signal: AbortSignal;
  /** Called for every event in order, on replays again from the first: skip what `sequence` says is known. */
  readonly observe: (event: LifecycleEvent) => void;
  /** Resolves when `observe` can take more events; undefined when it can already. */
  readonly room?: () => Promise<void> | undefined;
}

/** The surroundings of a run as it sees them all its life, whoever runs it. */
export interface Seat extends Required<Surroundings> {
  /** What it goes on with. */
  take(next: Surroundings): void;
}

/** The seat of a run that begins. */
export function createSeat(first: Surroundings): Seat {
  let now = first;
  return {
    host: {
      now: () => now.host.now(),
      sleep: (ms, signal) => now.host.sleep(ms, signal),
      secret: (name) => now.host.secret(name),
      call: (request, effect) => now.host.call(request, effect),
      readDocument: (text, effect) => now.host.readDocument(text, effect),
      emit: (event, effect) => now.host.emit(event, effect),
      ask: (wait, effect) => now.host.ask(wait, effect),
    },
    get journal() {
      return now.journal;
    },
    get signal() {
      return now.signal;
    },
    observe: (event) => now.observe(event),
    room: () => now.room?.(),
    take(next) {
      now = next;
    },
  };
}

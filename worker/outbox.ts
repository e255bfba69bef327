import { roughSize } from '../kernel/rough-size.ts';
import type { Checkpoint } from '../queue/advance-draft.ts';
import type { EventDraft, JournalDraft, WaitDraft } from '../queue/job.ts';
import { sequenceOf, type Told } from '../queue/load-history.ts';

export type Outbox = ReturnType<typeof createOutbox>;

/** What waits for the next write. */
export function createOutbox(before: Told) {
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
      bytes += roughSize(entry.value, Infinity);
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
      bytes += bytesPerEvent + roughSize(data, Infinity);
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

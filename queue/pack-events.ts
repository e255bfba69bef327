import type { JsonObject } from '../kernel/json.ts';
import type { EventDraft } from './job.ts';
import { sequenceOf } from './load-history.ts';

/** An event inside a row. */
interface PackedEvent {
  readonly type: string;
  /** Number of an event of the definition. */
  readonly n?: number;
  readonly key?: string;
  readonly task?: string;
  readonly data: JsonObject;
  readonly at?: string;
}

/** A row of events: the first one, and those that follow it. */
export interface EventPack extends PackedEvent {
  readonly count: number;
  /** The first and the last number of events of the definition in it. */
  first?: number;
  last?: number;
  readonly more?: PackedEvent[];
}

/** Events of one row: who reads one of them reads all. */
const mostEvents = 64;
const faulted = 'io.serverlessworkflow.workflow.faulted.v1';
const taskPrefix = 'io.serverlessworkflow.task.';

/**
 * Puts events into few rows, in their order. What is looked for by an index begins a row: events with a key of their own,
 * faults of the workflow, and what becomes of an execution of a task that was created in an earlier row. So whoever reads
 * about an execution has the row in which it was created, and the index for all that came later.
 */
export function packEvents(events: readonly EventDraft[]): readonly EventPack[] {
  const packs: Pack[] = [];
  let open: Pack | undefined;
  for (const event of events) {
    if (open === undefined || !open.takes(event)) {
      open = createPack();
      packs.push(open);
    }
    open.add(event);
  }
  return packs.map((pack) => pack.toRow());
}

type Pack = ReturnType<typeof createPack>;

function createPack() {
  const events: PackedEvent[] = [];
  const created = new Set<string>();
  let first: number | undefined;
  let last: number | undefined;

  function takes(event: EventDraft): boolean {
    const { type, key, at } = event;
    if (events.length >= mostEvents || at === undefined || type === faulted) return false;
    if (key !== undefined && sequenceOf(key) === undefined) return false;
    return !isLater(type) || created.has(executionOf(event));
  }

  return {
    takes,
    add(event: EventDraft): void {
      const { key, ...rest } = event;
      const n = key === undefined ? undefined : sequenceOf(key);
      if (n !== undefined) {
        first ??= n;
        last = n;
      }
      if (event.type === `${taskPrefix}created.v1`) created.add(executionOf(event));
      if (n !== undefined) events.push({ ...rest, n });
      else events.push(key === undefined ? rest : event);
    },
    toRow(): EventPack {
      const [head, ...more] = events;
      if (head === undefined) throw new Error('a row without an event');
      return {
        ...head,
        count: events.length,
        ...(first === undefined || last === undefined ? {} : { first, last }),
        ...(more.length === 0 ? {} : { more }),
      };
    },
  };
}

function isLater(type: string): boolean {
  return (
    type.startsWith(taskPrefix) &&
    type !== `${taskPrefix}created.v1` &&
    type !== `${taskPrefix}started.v1`
  );
}

function executionOf({ data, task = '' }: EventDraft): string {
  const { execution } = data;
  return typeof execution === 'string' ? execution : task;
}

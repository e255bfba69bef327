import { newId } from '../kernel/ids.ts';
import { storableJson } from '../kernel/storable.ts';
import type { Advance } from './advance-draft.ts';
import type { JournalDraft } from './job.ts';
import type { EventPack } from './pack-events.ts';
import { jsonText, type Column } from './statement.ts';

/** Something of one of the members that are written together. */
export interface OfMember<Item> {
  readonly member: number;
  readonly position: number;
  readonly item: Item;
}

/** Members, and where each shall go. */
export const incomingColumns: readonly Column<OfMember<Advance>>[] = [
  { name: 'member', type: 'int', of: ({ member }) => member },
  { name: 'job_id', type: 'uuid', of: ({ item }) => item.held.jobId },
  { name: 'epoch', type: 'int', of: ({ item }) => item.held.epoch },
  { name: 'target', type: 'text', of: ({ item: { to } }) => to?.state ?? 'RUNNING' },
  {
    name: 'run_at',
    type: 'timestamptz',
    of: ({ item: { to } }) => (to?.state === 'WAITING' ? to.runAt?.toISOString() : undefined),
  },
  {
    name: 'wakes',
    type: 'int',
    of: ({ item: { to } }) => (to?.state === 'WAITING' ? to.wakes : undefined),
  },
  {
    name: 'output',
    type: 'json',
    of: ({ item: { to } }) => (to?.state === 'SUCCEEDED' ? jsonText(to.output) : undefined),
  },
  {
    name: 'error',
    type: 'json',
    of: ({ item: { to } }) =>
      to?.state === 'FAILED' || to?.state === 'CANCELLED'
        ? jsonText(to.error ?? undefined)
        : undefined,
  },
  // Of the audit row that tells of the end.
  { name: 'end_id', type: 'uuid', of: ({ item: { to } }) => (isEnd(to) ? newId() : undefined) },
];

/** Results that members append to their journals. */
export const entryColumns: readonly Column<OfMember<JournalDraft>>[] = [
  { name: 'member', type: 'int', of: ({ member }) => member },
  { name: 'position', type: 'int', of: ({ position }) => position },
  { name: 'key', type: 'text', of: ({ item }) => item.key },
  { name: 'value', type: 'json', of: ({ item }) => jsonText(item.value) },
];

/** Rows of events that members tell; they are there to be read, so what cannot be kept is shown as replaced. */
export const eventColumns: readonly Column<OfMember<EventPack>>[] = [
  { name: 'member', type: 'int', of: ({ member }) => member },
  { name: 'position', type: 'int', of: ({ position }) => position },
  { name: 'type', type: 'text', of: ({ item }) => item.type },
  { name: 'n', type: 'int', of: ({ item }) => item.n },
  { name: 'key', type: 'text', of: ({ item }) => item.key },
  { name: 'task', type: 'text', of: ({ item }) => item.task },
  { name: 'data', type: 'jsonb', of: ({ item }) => storableJson(item.data) },
  { name: 'at', type: 'timestamptz', of: ({ item }) => item.at },
  { name: 'count', type: 'smallint', of: ({ item }) => item.count },
  { name: 'more', type: 'json', of: ({ item }) => item.more && storableJson(item.more) },
  { name: 'first', type: 'int', of: ({ item }) => item.first },
  { name: 'last', type: 'int', of: ({ item }) => item.last },
];

/** The number of the parameter with the waits, which are few and stay records of JSON. */
export const waitsPlace = 1 + incomingColumns.length + entryColumns.length + eventColumns.length;

function isEnd(to: Advance['to']): boolean {
  return to !== undefined && to.state !== 'WAITING' && to.state !== 'QUEUED';
}

import { z } from 'zod';

import { encodeCursor } from '../pagination.ts';
import type { Sort } from '../pagination.ts';
import { veilShape } from './names/open-names.ts';
import { storedEvent } from './stored-event.ts';

/** A row of a listing: the event, its place in commit order and its seal, if it has one. */
export const listedEvent = storedEvent.extend({
  ...veilShape,
  tx: z.string(),
  position: z.string(),
  seq: z.string().nullable(),
  hash: z.string().nullable(),
});

export type ListedEvent = z.infer<typeof listedEvent>;

/** One cursor fits every listing and the live tail: it holds what each of them sorts by. */
export const eventSort: Sort<ListedEvent> = {
  name: 'audit.event',
  position: z.tuple([z.uuid(), z.string().regex(/^\d{1,19}$/), z.string().regex(/^\d{1,18}$/)]),
  positionOf: ({ id, tx, position }) => [id, tx, position],
};

export function eventCursor(event: ListedEvent): string {
  return encodeCursor(eventSort, event.tenantId, eventSort.positionOf(event));
}

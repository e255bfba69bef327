import { z } from 'zod';

import type { Database } from '../../kernel/database/database.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { EventCursor } from '../../queue/tail-events.ts';
import type { Actor } from '../access/actor.ts';
import { decodeCursor, encodeCursor } from '../pagination.ts';
import type { Position, Sort } from '../pagination.ts';

/** Something that happened to a job. */
export interface JobEvent {
  readonly jobId: string;
  readonly seq: number;
  readonly type: string;
  readonly task: string | null;
  readonly data: JsonObject;
  readonly at: Date;
}

/** Whose cursors, and of which database. */
export interface CursorContext {
  readonly actor: Pick<Actor, 'tenantId'>;
  readonly database: Pick<Database, 'generation'>;
}

const wholeNumber = z.string().regex(/^\d{1,9}$/);
const bigNumber = z.string().regex(/^\d{1,18}$/);

/** The order of events within a job; its cursors are good for the list and for the stream of this job only. */
export function jobEventSort(jobId: string, generation: number): Sort<JobEvent> {
  return {
    name: `job.event:${jobId}`,
    generation,
    position: z.tuple([wholeNumber]),
    positionOf: ({ seq }) => [String(seq)],
  };
}

/** Cursor of an event within its job. */
export async function jobEventCursor(
  { actor, database }: CursorContext,
  event: JobEvent,
): Promise<string> {
  const sort = jobEventSort(event.jobId, await database.generation());
  return encodeCursor(sort, actor.tenantId, sort.positionOf(event));
}

/** The sequence number in a cursor of the job's events; 0, the beginning, without one. */
export async function seqAfter(
  { actor: { tenantId }, database }: CursorContext,
  jobId: string,
  after: string | null | undefined,
): Promise<number> {
  if (typeof after !== 'string') return 0;
  const sort = jobEventSort(jobId, await database.generation());
  const [seq = '0'] = decodeCursor({ sort, tenantId, path: 'after' }, after);
  return Number(seq);
}

const tenantPosition: z.ZodType<Position> = z.tuple([bigNumber, bigNumber]);

/** Cursor of an event among all of the tenant, in the order of commits. */
export async function tenantCursor(
  { actor, database }: CursorContext,
  { tx, position }: EventCursor,
): Promise<string> {
  const sort = { name: 'tenant.event', generation: await database.generation() };
  return encodeCursor(sort, actor.tenantId, [tx, position]);
}

export async function parseTenantCursor(
  { actor: { tenantId }, database }: CursorContext,
  after: string,
): Promise<EventCursor> {
  const generation = await database.generation();
  const sort = { name: 'tenant.event', generation, position: tenantPosition };
  const [tx = '0', position = '0'] = decodeCursor({ sort, tenantId, path: 'after' }, after);
  return { tx, position };
}

import { z } from 'zod';

import type { JsonObject } from '../../kernel/json.ts';
import type { EventCursor } from '../../queue/tail-events.ts';
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

const wholeNumber = z.string().regex(/^\d{1,9}$/);
const bigNumber = z.string().regex(/^\d{1,18}$/);

/** The order of events within a job; its cursors are good for the list and for the stream of this job only. */
export function jobEventSort(jobId: string): Sort<JobEvent> {
  return {
    name: `job.event:${jobId}`,
    position: z.tuple([wholeNumber]),
    positionOf: ({ seq }) => [String(seq)],
  };
}

/** Cursor of an event within its job. */
export function jobEventCursor(tenantId: string, event: JobEvent): string {
  const sort = jobEventSort(event.jobId);
  return encodeCursor(sort, tenantId, sort.positionOf(event));
}

/** The sequence number in a cursor of the job's events; 0, the beginning, without one. */
export function seqAfter(
  tenantId: string,
  jobId: string,
  after: string | null | undefined,
): number {
  if (typeof after !== 'string') return 0;
  const [seq = '0'] = decodeCursor({ sort: jobEventSort(jobId), tenantId, path: 'after' }, after);
  return Number(seq);
}

interface TenantSort {
  readonly name: string;
  readonly position: z.ZodType<Position>;
}

const tenantSort: TenantSort = { name: 'tenant.event', position: z.tuple([bigNumber, bigNumber]) };

/** Cursor of an event among all of the tenant, in the order of commits. */
export function tenantCursor(tenantId: string, { tx, position }: EventCursor): string {
  return encodeCursor(tenantSort, tenantId, [tx, position]);
}

export function parseTenantCursor(tenantId: string, after: string): EventCursor {
  const [tx = '0', position = '0'] = decodeCursor(
    { sort: tenantSort, tenantId, path: 'after' },
    after,
  );
  return { tx, position };
}

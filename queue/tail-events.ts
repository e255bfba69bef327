import type { Pool } from 'pg';
import type { JsonObject } from '../kernel/json.ts';
import { onPool, type RunStatement, type Statement } from './statement.ts';

/** Where a reader of a tenant's events stands; see docs/adr/0001-event-order.md. */
export interface EventCursor {
  /** Transaction id, decimal. */
  readonly tx: string;
  /** Position, decimal. */
  readonly position: string;
}

/** Something that happened to a job, as stored. */
export interface StoredEvent {
  readonly jobId: string;
  /** Position in its job, from 1, without gaps. */
  readonly seq: number;
  readonly type: string;
  readonly task: string | null;
  readonly data: JsonObject;
  readonly at: Date;
  readonly cursor: EventCursor;
}

const columns = `job_id as "jobId", seq, type, task, data, at, tx::text as tx, position::text as position`;

// Below the oldest transaction still under way nothing can appear any more: a reader that has passed it misses nothing.
const tailTenant: Statement = {
  name: 'queue-tail-tenant',
  text: `
select ${columns} from jobs.event
where tenant_id = $1::uuid and (event.tx, event.position) > ($2::xid8, $3::bigint)
  and event.tx < pg_snapshot_xmin(pg_current_snapshot())
order by event.tx, event.position limit $4`,
};

// Numbers are given under the lock of the job row, so an event is visible only after all before it.
const tailJob: Statement = {
  name: 'queue-tail-job',
  text: `
select ${columns} from jobs.event
where tenant_id = $1::uuid and job_id = $2::uuid and seq > $3::int
order by seq limit $4`,
};

const newestCursor: Statement = {
  name: 'queue-newest-cursor',
  text: `select pg_snapshot_xmin(pg_current_snapshot())::text as tx, '0' as position`,
};

interface EventRow extends Omit<StoredEvent, 'cursor'>, EventCursor {}

/** The next events of a tenant in one order that never changes; an empty answer means to wait for the doorbell. */
export async function tailTenantEvents(
  pool: Pool,
  options: { readonly tenantId: string; readonly after?: EventCursor; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  const { tenantId, after = { tx: '0', position: '0' }, limit } = options;
  const rows = await onPool(pool)<EventRow>(tailTenant, [
    tenantId,
    after.tx,
    after.position,
    limit,
  ]);
  return rows.map(toEvent);
}

/** The next events of one job, from `afterSeq` + 1 on. */
export async function tailJobEvents(
  pool: Pool,
  options: {
    readonly tenantId: string;
    readonly jobId: string;
    readonly afterSeq: number;
    readonly limit: number;
  },
): Promise<readonly StoredEvent[]> {
  const { tenantId, jobId, afterSeq, limit } = options;
  const rows = await onPool(pool)<EventRow>(tailJob, [tenantId, jobId, afterSeq, limit]);
  return rows.map(toEvent);
}

/** A cursor that skips what has happened up to now; events committed later come after it. */
export async function currentCursor(run: RunStatement): Promise<EventCursor> {
  const [row] = await run<EventCursor>(newestCursor, []);
  return row ?? { tx: '0', position: '0' };
}

function toEvent({ tx, position, ...event }: EventRow): StoredEvent {
  return { ...event, cursor: { tx, position } };
}

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

/** Events of one row have the positions from that of the row on; a migration says how many there may be. */
const positionsOfRow = 1024;

// Below the oldest transaction still under way nothing can appear any more: a reader that has passed it misses nothing.
// The horizon is told with the events, and alone when there are none. An index finds the rows, some before the cursor too.
const tailTenant: Statement = {
  name: 'queue-tail-tenant',
  text: `
select now.horizon::text as horizon, found.*
from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) now
left join lateral (
  select ${columns}, row_number() over (order by story.tx, row_position, place) as n from jobs.story
  where tenant_id = $1::uuid and (story.tx, row_position) > ($2::xid8, $3::bigint - ${positionsOfRow})
    and story.tx < now.horizon and (story.tx, story.position) > ($2::xid8, $3::bigint)
  order by story.tx, row_position, place limit $4) found on true
order by found.n`,
};

// Numbers are given under the lock of the job row, so an event is visible only after all before it.
const tailJobs: Statement = {
  name: 'queue-tail-jobs',
  text: `
select asked.n::int as n, found.*
from unnest($2::uuid[], $3::int[]) with ordinality as asked (job_id, after_seq, n)
cross join lateral (
  select ${columns} from jobs.story
  where tenant_id = $1::uuid and story.job_id = asked.job_id and seq > asked.after_seq and row_seq >= coalesce((
    select max(event.seq) from jobs.event where event.job_id = asked.job_id and event.seq <= asked.after_seq + 1), 0)
  order by row_seq, place limit $4) found
order by asked.n, found.seq`,
};

const newestCursor: Statement = {
  name: 'queue-newest-cursor',
  text: `select pg_snapshot_xmin(pg_current_snapshot())::text as tx, '0' as position`,
};

interface EventRow extends Omit<StoredEvent, 'cursor'>, EventCursor {}

type HorizonRow = { readonly horizon: string } & (EventRow | { readonly jobId: null });

/** Events in order, and where to go on. */
export interface TenantEvents {
  readonly events: readonly StoredEvent[];
  /** After the last of them; when they are all, past everything that can be read now. */
  readonly next: EventCursor;
}

/** The next events of a tenant in one order that never changes; none means to wait for the doorbell. */
export async function tailTenantEvents(
  pool: Pool,
  options: { readonly tenantId: string; readonly after?: EventCursor; readonly limit: number },
): Promise<TenantEvents> {
  const { tenantId, after = { tx: '0', position: '0' }, limit } = options;
  const rows = await onPool(pool)<HorizonRow>(tailTenant, [
    tenantId,
    after.tx,
    after.position,
    limit,
  ]);
  const events = rows.filter(isEvent).map(toEvent);
  if (events.length === limit) return { events, next: events.at(-1)?.cursor ?? after };
  // All move on together, and so ask for the same next time. A cursor past the horizon is of another server, as after a
  // restore, or made up: it comes back to what there is.
  const horizon = rows[0]?.horizon ?? after.tx;
  return { events, next: horizon === after.tx ? after : { tx: horizon, position: '0' } };
}

function isEvent(row: HorizonRow): row is HorizonRow & EventRow {
  return row.jobId !== null;
}

/** Where a reader of one job stands. */
export interface JobPlace {
  readonly jobId: string;
  readonly afterSeq: number;
}

/** The next events of each of the jobs, from `afterSeq` + 1 on, in the order of the places. */
export async function tailJobEvents(
  pool: Pool,
  options: {
    readonly tenantId: string;
    readonly places: readonly JobPlace[];
    /** Events of each. */
    readonly limit: number;
  },
): Promise<readonly (readonly StoredEvent[])[]> {
  const { tenantId, places, limit } = options;
  const rows = await onPool(pool)<EventRow & { readonly n: number }>(tailJobs, [
    tenantId,
    places.map(({ jobId }) => jobId),
    places.map(({ afterSeq }) => afterSeq),
    limit,
  ]);
  const found = Map.groupBy(rows, ({ n }) => n);
  return places.map((_place, index) => (found.get(index + 1) ?? []).map(toEvent));
}

/** A cursor that skips what has happened up to now; events committed later come after it. */
export async function currentCursor(run: RunStatement): Promise<EventCursor> {
  const [row] = await run<EventCursor>(newestCursor, []);
  return row ?? { tx: '0', position: '0' };
}

function toEvent({ jobId, seq, type, task, data, at, tx, position }: EventRow): StoredEvent {
  return { jobId, seq, type, task, data, at, cursor: { tx, position } };
}

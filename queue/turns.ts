import { priorities, type JobPriority } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';

/*
 * Start-time fair queuing, docs/adr/0007: every job takes a turn of its tenant's clock, and the smallest turn is claimed
 * first. A clock never stands before virtual time, so an idle tenant saves nothing up; a backlog moves only its own.
 */

/** A job that comes back (answered, woken, resumed, redriven) runs in a lane above all fresh ones of its tenant. */
export const againLane = 4;

/** By how many turns jobs of each lane go before their time: LOW, NORMAL, HIGH, URGENT, come back. */
export const leads = [0, 8, 16, 32, 32] as const;

/** `claim_key` of a job that has not taken its turn yet: the claim that meets it books one. */
export const noTurn = Number.MIN_SAFE_INTEGER;

/** A job that is to take a turn. */
export interface Wanted {
  readonly jobId: string;
  readonly tenantId: string;
  /** @default NORMAL */
  readonly priority?: JobPriority;
}

function eachLane(write: (lane: string) => string): string {
  return leads.map((_, index) => write(String(index + 1))).join(', ');
}

// One row a tenant, in one order everywhere: bookings of several processes wait for each other in one direction only,
// and never for a transaction of somebody's own, because only statements that commit by themselves book.
const book: Statement = {
  name: 'queue-book-turns',
  text: `
insert into jobs.turn as turn (tenant_id, at, clocks)
select tenant_id, last_value, array[${eachLane((lane) => `last_value + booked[${lane}]`)}]
from json_to_recordset($1::json) as wanted(tenant_id uuid, booked bigint[]), jobs.virtual_time order by tenant_id
on conflict (tenant_id) do update
set at = excluded.at,
  clocks = array[${eachLane((lane) => `greatest(turn.clocks[${lane}], excluded.at) + excluded.clocks[${lane}] - excluded.at`)}]
returning tenant_id, clocks`,
};

/** Takes a turn for each of the jobs and answers their claim keys by job. */
export async function bookTurns(
  run: RunStatement,
  jobs: readonly Wanted[],
): Promise<ReadonlyMap<string, number>> {
  if (jobs.length === 0) return new Map();
  const byTenant = Map.groupBy(jobs, ({ tenantId }) => tenantId);
  const wanted = [...byTenant].map(([tenantId, own]) => ({
    tenant_id: tenantId,
    booked: bookedByLane(own.map(laneOf)),
  }));
  const rows = await run<{ tenant_id: string; clocks: readonly string[] }>(book, [
    JSON.stringify(wanted),
  ]);
  const ends = new Map(rows.map((row) => [row.tenant_id, row.clocks.map(Number)]));
  return new Map(
    [...byTenant].flatMap(([tenantId, own]) => [...keysOf(own, ends.get(tenantId) ?? [])]),
  );
}

/** How far a booking moves the clock of each lane: by what is booked in it or above it. */
export function bookedByLane(lanes: readonly number[]): readonly number[] {
  return leads.map((_, lane) => lanes.filter((booked) => booked >= lane).length);
}

function keysOf(jobs: readonly Wanted[], ends: readonly number[]): ReadonlyMap<string, number> {
  const booked = bookedByLane(jobs.map(laneOf));
  const next = leads.map((lead, lane) => (ends[lane] ?? 0) - (booked[lane] ?? 0) - lead);
  return new Map(
    jobs.map((job) => {
      const lane = laneOf(job);
      const key = next[lane] ?? 0;
      next[lane] = key + 1;
      return [job.jobId, key];
    }),
  );
}

function laneOf({ priority = 'NORMAL' }: Wanted): number {
  return priorities[priority].rank;
}

/** Numbers as an array of SQL. */
export function sqlArray(numbers: readonly number[]): string {
  return `array[${numbers.join(', ')}]::bigint[]`;
}

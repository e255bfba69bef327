import { matchIn } from '../../engine/event-hints.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { WaitRef } from '../../queue/answer-wait.ts';
import type { Arrival } from './arrival.ts';

/** Who in the tenant may match an event. */
export interface Listeners {
  readonly waits: readonly WaitRef[];
  readonly scheduleIds: readonly string[];
}

interface ListenerRow {
  readonly jobId: string | null;
  readonly wait: string | null;
  readonly scheduleId: string | null;
}

/**
 * Looks an event up among what is listened for: one look for each shape that the filters of the tenant have, then one
 * for whoever expects what it carries. The engine matches exactly afterwards.
 */
export async function findListeners(
  tx: Transaction,
  { tenantId, event }: Arrival,
): Promise<Listeners> {
  const matches = (await shapesOf(tx, tenantId)).flatMap((shape) => matchIn(shape, event) ?? []);
  if (matches.length === 0) return { waits: [], scheduleIds: [] };
  const rows = await tx.$queryRaw<readonly ListenerRow[]>`
    select listener.job_id::text as "jobId", listener.wait, listener.schedule_id::text as "scheduleId"
    from unnest(${matches.map(({ shape }) => shape)}::text[], ${matches.map(({ key }) => key)}::text[])
      as wanted(shape, match_key)
    join jobs.listener as listener
      on listener.shape = wanted.shape and listener.match_key = wanted.match_key
    where listener.tenant_id = ${tenantId}::uuid`;
  return {
    waits: rows.flatMap(({ jobId, wait }) =>
      jobId === null || wait === null ? [] : [{ jobId, key: wait }],
    ),
    scheduleIds: [...new Set(rows.flatMap(({ scheduleId }) => scheduleId ?? []))],
  };
}

/** Each step skips the listeners of a shape by the index, so this costs as many steps as there are shapes. */
async function shapesOf(tx: Transaction, tenantId: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<readonly { shape: string }[]>`
    with recursive found as (
      (select shape from jobs.listener where tenant_id = ${tenantId}::uuid order by shape limit 1)
      union all
      select (
        select listener.shape from jobs.listener as listener
        where listener.tenant_id = ${tenantId}::uuid and listener.shape > found.shape order by listener.shape limit 1)
      from found where found.shape is not null
    )
    select shape from found where shape is not null`;
  return rows.map(({ shape }) => shape);
}

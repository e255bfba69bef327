import { z } from 'zod';

import type { Services } from '../../context.ts';

const claimed = z.object({
  tenantId: z.string(),
  id: z.string(),
  name: z.string(),
  format: z.enum(['NATIVE', 'OCSF']),
  /** Read when it is used: one that cannot be read harms no other stream. */
  config: z.unknown(),
  sealed: z.unknown(),
  /** Of the secret from before while it is live, else null. */
  previousSealed: z.unknown(),
  sent: z.bigint(),
  /** The last event of a batch that was tried before. */
  batchTo: z.bigint().nullable(),
  /** Tries of the batch that failed. */
  failures: z.int(),
  /** Says whose claim it is. */
  claim: z.int(),
  /** When a test was asked for: then that is what is to be sent. */
  testAskedAt: z.date().nullable(),
});

/** A stream for which this process is to send something now. */
export type ClaimedStream = z.infer<typeof claimed>;

/** What of a process is free. */
export interface StreamPlaces {
  readonly free: number;
  /** Of those, for streams whose last try failed. */
  readonly freeForFailing: number;
}

/** How long a claim holds, milliseconds: longer than any try, so that only a worker that died lets it end. */
const leaseMs = 60_000;
/** Under way for one tenant at once, over all workers. */
const maxOfTenant = 4;
/** Streams that one claim looks at. */
const maxLooked = 200;

/** Claims streams that have something to send; those that fail, and those of one tenant, leave room for others. */
export async function claimStreams(
  { database }: Pick<Services, 'database'>,
  { free, freeForFailing }: StreamPlaces,
): Promise<readonly ClaimedStream[]> {
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw`
      with due as materialized (
        select s.tenant_id, s.id, s.failures > 0 and s.test_asked_at is null as is_failing
        from audit.stream as s
        join access.tenant on tenant.id = s.tenant_id and tenant.suspended_at is null
        left join audit.tree as t on t.tenant_id = s.tenant_id
        where (s.lease_until is null or s.lease_until < now())
          and (s.test_asked_at is not null or (s.paused_at is null and s.next_at <= now() and t.size > s.sent))
        order by random() limit ${maxLooked} for update of s skip locked
      ), placed as (
        select due.*, row_number() over (partition by due.tenant_id order by due.is_failing, random()) as of_tenant,
          ${maxOfTenant} - (select count(*) from audit.stream as busy
            where busy.tenant_id = due.tenant_id and busy.lease_until > now()) as free_of_tenant
        from due
      ), fair as (
        select placed.*, row_number() over (partition by is_failing order by of_tenant, random()) as turn
        from placed where of_tenant <= free_of_tenant
      ), chosen as (
        select tenant_id, id from fair where not is_failing or turn <= ${freeForFailing}
        order by is_failing, turn limit ${free}
      )
      update audit.stream as s set claim = s.claim + 1, lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      from chosen where s.tenant_id = chosen.tenant_id and s.id = chosen.id
      returning s.tenant_id::text as "tenantId", s.id::text, s.name, s.format, s.config, s.sealed, s.sent,
        case when s.previous_until > now() then s.previous_sealed end as "previousSealed",
        s.batch_to as "batchTo", s.failures, s.claim, s.test_asked_at as "testAskedAt"`,
  );
  return z.array(claimed).parse(rows);
}

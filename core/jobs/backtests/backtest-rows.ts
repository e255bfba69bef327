import { Prisma } from '../../../prisma/_generated/client.ts';
import type { Backtest } from '../../../prisma/_generated/client.ts';
import { storableJson, storableText } from '../../../kernel/storable.ts';
import { systemActor } from '../../access/actor.ts';
import { endedAmong } from '../../access/ended-among.ts';
import { record } from '../../audit/record.ts';
import type { Services } from '../../context.ts';
import { claimWork, leaseMs } from '../bulk/claim-work.ts';
import type { BacktestEnd, BacktestState, BacktestVerdict } from './backtest.ts';
import { backtestChannel, requestOfBacktest } from './backtest.ts';

type Needs = Pick<Services, 'database' | 'doorbell'>;

/** What the recordings of jobs that are played at once may have, bytes of JSON; a larger one is played alone. */
const maxBytes = 16_777_216;
/** How long a backtest is kept, days. */
const keptDays = 30;

/** Takes backtests that nobody works on: one of each tenant at a time, those first that were looked at longest ago. */
export async function claimBacktests(
  { database }: Needs,
  limit: number,
): Promise<readonly Backtest[]> {
  return database.asSystem(async (tx) => {
    const claimed = await claimWork(tx, Prisma.sql`jobs.backtest`, limit);
    return claimed.length === 0
      ? []
      : tx.backtest.findMany({ where: { OR: claimed.map((one) => ({ ...one })) } });
  });
}

/** Whether who asked for it has lost the right to: nobody acts through a wish from before. */
export async function isRevoked(
  { database }: Needs,
  { tenantId, actorKind, actorId }: Backtest,
): Promise<boolean> {
  const ended = await database.asSystem(
    (tx) => endedAmong(tx, tenantId, [`${actorKind}:${actorId}`]),
    { isReadOnly: true },
  );
  return ended.length > 0;
}

/** The next jobs to be played, newest first, no more than fit into memory together. */
export async function nextJobs(
  { database }: Needs,
  { tenantId, id }: Backtest,
  limit: number,
): Promise<readonly string[]> {
  return database.asSystem(
    async (tx) => {
      const rows = await tx.$queryRaw<readonly { id: string }[]>`
        with next as (
          select job_id from jobs.backtest_job
          where tenant_id = ${tenantId}::uuid and backtest_id = ${id}::uuid and verdict is null
          order by job_id desc limit ${limit}),
        sized as (
          select job_id, coalesce((
              select sum(octet_length(journal.value::text)) from jobs.journal
              where journal.tenant_id = ${tenantId}::uuid and journal.job_id = next.job_id), 0) + coalesce((
              select octet_length(io.input::text) from jobs.job_io as io
              where io.tenant_id = ${tenantId}::uuid and io.job_id = next.job_id), 0) as bytes
          from next)
        select job_id::text as id
        from (select job_id, bytes, sum(bytes) over (order by job_id desc) as together from sized) as summed
        where together <= ${maxBytes} or together = bytes
        order by job_id desc`;
      return rows.map((row) => row.id);
    },
    { isReadOnly: true },
  );
}

/** What became of a job, as it is stored. */
export interface StoredOutcome {
  readonly jobId: string;
  readonly verdict: BacktestVerdict;
  readonly was: BacktestEnd | null;
  readonly wouldBe: BacktestEnd | null;
  /** The detail, or its sealed text; null where there is nothing to tell. */
  readonly detail: object | string | null;
}

/** Writes down what became of jobs; false when somebody else has the backtest now, or it is over. */
export async function writeOutcomes(
  { database, doorbell }: Needs,
  { tenantId, id, claim }: Backtest,
  { outcomes, costly }: { readonly outcomes: readonly StoredOutcome[]; readonly costly: number },
): Promise<boolean> {
  const isMine = await database.asSystem(async (tx) => {
    const held = await tx.$queryRaw<readonly object[]>`
      select from jobs.backtest
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and state = 'RUNNING' for update`;
    if (held.length === 0) return false;
    await tx.$executeRaw`
      with written as (
        update jobs.backtest_job as job
        set verdict = new.verdict, was = new.was, would_be = new."wouldBe", detail = new.detail
        from jsonb_to_recordset(${storableJson(outcomes)}::jsonb)
          as new("jobId" uuid, verdict text, was text, "wouldBe" text, detail jsonb)
        where job.tenant_id = ${tenantId}::uuid and job.backtest_id = ${id}::uuid and job.job_id = new."jobId"
          and job.verdict is null
        returning job.verdict),
      counted as (
        select count(*) filter (where verdict = 'SAME') as same, count(*) filter (where verdict = 'CHANGED') as changed,
          count(*) filter (where verdict = 'UNKNOWN') as unknown
        from written)
      update jobs.backtest as backtest
      set same = backtest.same + counted.same, changed = backtest.changed + counted.changed,
        unknown = backtest.unknown + counted.unknown, costly = backtest.costly + ${costly}
      from counted where backtest.tenant_id = ${tenantId}::uuid and backtest.id = ${id}::uuid`;
    return true;
  });
  doorbell.ring(backtestChannel(tenantId));
  return isMine;
}

/** Puts off the end of the lease; false when somebody else has the backtest now, or it is over. */
export async function renewClaim(
  { database }: Needs,
  { tenantId, id, claim }: Backtest,
): Promise<boolean> {
  const kept = await database.asSystem(
    (tx) => tx.$executeRaw`
      update jobs.backtest set claimed_until = now() + ${leaseMs} * interval '1 millisecond'
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and state = 'RUNNING'`,
  );
  return kept > 0;
}

/** Lets go, so that any worker may go on with it. */
export async function releaseBacktest(
  { database }: Needs,
  { tenantId, id, claim }: Backtest,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update jobs.backtest set claimed_until = null
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim}`,
  );
}

/** Ends it, once, with its counts on record. */
export async function endBacktest(
  { database, doorbell }: Needs,
  { tenantId, id, claim }: Backtest,
  { state, error }: { readonly state: Exclude<BacktestState, 'RUNNING'>; readonly error?: string },
): Promise<void> {
  const reason = error === undefined ? null : storableText(error).slice(0, 500);
  await database.asSystem(async (tx) => {
    const [ended] = await tx.$queryRaw<
      readonly { same: number; changed: number; unknown: number }[]
    >`
      update jobs.backtest set state = ${state}, error = ${reason}, finished_at = now(), claimed_until = null
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and state = 'RUNNING'
      returning same, changed, unknown`;
    if (ended === undefined) return;
    await record(
      tx,
      { actor: systemActor(tenantId), requestId: requestOfBacktest(id) },
      {
        action: 'backtest.end',
        target: { kind: 'backtest', id },
        data: { state, ...ended },
      },
    );
  });
  doorbell.ring(backtestChannel(tenantId));
}

/** Deletes backtests that have been over for long, with their results; none of a tenant with a legal hold. */
export async function forgetBacktests({ database }: Pick<Needs, 'database'>): Promise<number> {
  return database.asSystem(
    (tx) => tx.$executeRaw`
      delete from jobs.backtest
      where state <> 'RUNNING' and finished_at < now() - ${keptDays} * interval '1 day' and not exists (
        select from audit.hold where hold.tenant_id = backtest.tenant_id and hold.released_at is null)`,
  );
}

import type pg from 'pg';

import { newId } from '../../kernel/ids.ts';
import { advanceJobs } from '../../queue/advance.ts';
import { claimJobs } from '../../queue/claim.ts';
import { onPool } from '../../queue/statement.ts';
import { bookTurns } from '../../queue/turns.ts';

const batch = 32;
const portion = 5_000;

/** Queues a job for each of the tenants named, as a submit books its turn. */
export async function queueJobs(pool: pg.Pool, tenantIds: readonly string[]): Promise<void> {
  for (let from = 0; from < tenantIds.length; from += portion) {
    const jobs = tenantIds
      .slice(from, from + portion)
      .map((tenantId) => ({ tenantId, jobId: newId() }));
    const turns = await bookTurns(onPool(pool), jobs);
    await pool.query(
      `with added as (select * from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as added(id, tenant_id, key)),
       io as (insert into jobs.job_io (tenant_id, job_id, input) select tenant_id, id, '{}' from added)
       insert into jobs.job (tenant_id, id, agent_id, agent_version_id, claim_key, input_hash, created_by)
       select tenant_id, id, id, id, key, '', 'bench' from added`,
      [
        jobs.map(({ jobId }) => jobId),
        jobs.map(({ tenantId }) => tenantId),
        jobs.map(({ jobId }) => turns.get(jobId) ?? 0),
      ],
    );
  }
}

/** Makes jobs that sleep on a timer until so many seconds from now. */
export async function makeSleepers(
  pool: pg.Pool,
  { tenantIds, count, seconds }: Sleepers,
): Promise<void> {
  for (let from = 0; from < count; from += portion * 4) {
    await pool.query(
      `with made as (select gen_random_uuid() as id, ($1::uuid[])[1 + n % array_length($1::uuid[], 1)] as tenant_id
         from generate_series($2::int, $3::int - 1) as n),
       io as (insert into jobs.job_io (tenant_id, job_id, input) select tenant_id, id, '{}' from made)
       insert into jobs.job (tenant_id, id, agent_id, agent_version_id, state, claim_key, run_at, input_hash, created_by)
       select tenant_id, id, id, id, 'WAITING', 0, now() + $4::int * interval '1 second', '', 'bench' from made`,
      [tenantIds, from, Math.min(from + portion * 4, count), seconds],
    );
  }
}

export interface Sleepers {
  readonly tenantIds: readonly string[];
  readonly count: number;
  readonly seconds: number;
}

/** What claims took, and whose jobs they brought. */
export interface Claims {
  /** Milliseconds of each claim. */
  readonly took: readonly number[];
  readonly tenants: ReadonlySet<string>;
  readonly jobs: number;
}

export interface Work {
  readonly claimers: number;
  /** Jobs at most. */
  readonly jobs: number;
  /** Told of each job as it is claimed. */
  readonly onClaimed?: (jobId: string, tenantId: string) => void;
  /** Ends the work before there are so many. */
  readonly until?: () => boolean;
}

/** Claims by 32 and ends what was claimed, as workers do whose jobs do nothing. */
export async function workOff(pool: pg.Pool, work: Work): Promise<Claims> {
  const run = onPool(pool);
  const took: number[] = [];
  const tenants = new Set<string>();
  let jobs = 0;
  const one = async (): Promise<void> => {
    while (jobs < work.jobs && work.until?.() !== true) {
      const startedAt = performance.now();
      const claimed = await claimJobs(run, { owner: 'bench', limit: batch, leaseMs: 600_000 });
      took.push(performance.now() - startedAt);
      jobs += claimed.length;
      for (const { jobId, tenantId } of claimed) {
        tenants.add(tenantId);
        work.onClaimed?.(jobId, tenantId);
      }
      if (claimed.length === 0) {
        if (work.until === undefined) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      } else await endAll(run, claimed);
    }
  };
  await Promise.all(Array.from({ length: work.claimers }, one));
  return { took, tenants, jobs };
}

type Claimed = Awaited<ReturnType<typeof claimJobs>>;

async function endAll(run: ReturnType<typeof onPool>, claimed: Claimed): Promise<void> {
  await advanceJobs(
    run,
    claimed.map(({ jobId, epoch }) => ({
      held: { jobId, epoch },
      write: {},
      to: { state: 'SUCCEEDED', output: {} },
    })),
  );
}

/** Bytes of the table of jobs, and of its indexes; rows that nobody sees any more. */
export interface Size {
  readonly heap: number;
  readonly indexes: number;
  readonly dead: number;
}

export async function sizeOfJobs(pool: pg.Pool): Promise<Size> {
  await pool.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ heap: string; indexes: string; dead: string }>(
    `select pg_relation_size('jobs.job') as heap, pg_indexes_size('jobs.job') as indexes,
       (select n_dead_tup from pg_stat_user_tables where relid = 'jobs.job'::regclass) as dead`,
  );
  const [row] = rows;
  return {
    heap: Number(row?.heap ?? 0),
    indexes: Number(row?.indexes ?? 0),
    dead: Number(row?.dead ?? 0),
  };
}

export function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

import type pg from 'pg';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { newId } from '../../kernel/ids.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import { createQueue } from '../../queue/create-queue.ts';
import type { Queue } from '../../queue/queue.ts';
import type { SubmitRow } from '../../queue/submit.ts';

/** A job of no particular kind, with what a test wants of it. */
export function jobRow(tenantId: string, wish: Partial<SubmitRow> = {}): SubmitRow {
  const jobId = wish.jobId ?? newId();
  return {
    jobId,
    tenantId,
    agentId: newId(),
    agentVersionId: newId(),
    inputHash: 'hash',
    input: { amount: 1 },
    createdBy: 'test',
    audit: {
      id: newId(),
      tenantId,
      action: 'job.submit',
      actorKind: 'user',
      actorId: 'tester',
      actorName: 'Tester',
      targetKind: 'Job',
      targetId: jobId,
      jobId,
      requestId: null,
      data: {},
    },
    ...wish,
  };
}

/** A doorbell that keeps what was rung. */
export function recordingDoorbell(): Doorbell & { readonly rings: string[] } {
  const rings: string[] = [];
  return {
    rings,
    ring: (channel) => void rings.push(channel),
    listen: () => () => undefined,
    isHealthy: true,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A queue for tests that listen to no bell. */
export function silentQueue(pool: pg.Pool): Queue {
  return createQueue({ pool, doorbell: recordingDoorbell() });
}

/** Submits one job and claims it; the database must hold no other ready job. */
export async function claimNew(queue: Queue, row: SubmitRow): Promise<ClaimedJob> {
  await queue.submit([row]);
  const [job] = await queue.claim({ owner: 'holder', limit: 1, leaseMs: 60_000 });
  if (job?.jobId !== row.jobId) throw new Error('another job was claimed');
  return job;
}

/** The row of a job as it stands. */
export async function jobState(pool: pg.Pool, jobId: string): Promise<JobStateRow> {
  const { rows } = await pool.query<JobStateRow>(
    `select state::text, epoch, attempt, owner, wakes, event_seq as "eventSeq", run_at as "runAt", output, error,
       request::text, lease_until as "leaseUntil"
     from jobs.job join jobs.job_io on job_io.job_id = job.id where job.id = $1`,
    [jobId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no job ${jobId}`);
  return row;
}

/** What `jobState` reads. */
export interface JobStateRow {
  readonly state: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly owner: string | null;
  readonly wakes: number;
  readonly eventSeq: number;
  readonly runAt: Date | null;
  readonly output: unknown;
  readonly error: unknown;
  readonly request: string | null;
  readonly leaseUntil: Date | null;
}

/** Sequence numbers and types of a job's events. */
export async function jobEvents(
  pool: pg.Pool,
  jobId: string,
): Promise<{ seq: number; type: string }[]> {
  const { rows } = await pool.query<{ seq: number; type: string }>(
    'select seq, type from jobs.story where job_id = $1 order by seq',
    [jobId],
  );
  return rows;
}

/** Makes the lease of a job end now, as if its time were over. */
export async function endLease(pool: pg.Pool, jobId: string): Promise<void> {
  await pool.query(`update jobs.job set lease_until = now() - interval '1 s' where id = $1`, [
    jobId,
  ]);
}

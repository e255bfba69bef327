import type pg from 'pg';
import type { Ledger } from './ledger.ts';
import type { Acknowledged, AuditRecord, EventRecord, History, JobRecord } from './history.ts';
import type { JournalRecord, SealRecord } from './history.ts';

/** What the tables hold of a tenant, with what was promised and what the outside counted. */
export async function readHistory(
  pool: pg.Pool,
  tenantId: string,
  { acknowledged, ledger }: { acknowledged: readonly Acknowledged[]; ledger: Ledger },
): Promise<History> {
  const rows = async <Row extends pg.QueryResultRow>(text: string): Promise<readonly Row[]> =>
    (await pool.query<Row>(text, [tenantId])).rows;
  return {
    acknowledged,
    deliveries: ledger.deliveries,
    jobs: await rows<JobRecord>(
      `select job.id::text, idempotency_key as "idempotencyKey", agent.name as agent, state::text, epoch,
         event_seq as "eventSeq", output::text
       from jobs.job join jobs.job_io on job_io.job_id = job.id
       join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
       where job.tenant_id = $1 order by job.id`,
    ),
    journal: await rows<JournalRecord>(
      `select job_id::text as "jobId", key, epoch, value::text
       from jobs.journal where tenant_id = $1 order by position`,
    ),
    events: await rows<EventRecord>(
      `select job_id::text as "jobId", seq, type, key from jobs.story where tenant_id = $1`,
    ),
    seals: await rows<SealRecord>(
      `select seq::int, event_id::text as "eventId" from audit.seal where tenant_id = $1`,
    ),
    audited: await rows<AuditRecord>(
      `select id::text, action, job_id::text as "jobId" from audit.event where tenant_id = $1`,
    ),
  };
}

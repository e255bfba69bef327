import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Row } from '../files/layout.ts';
import { isoOf } from './read-story.ts';

/** What the audit log says of jobs, calls and approvals that ended; of others only the number. */
interface SealRow {
  readonly seq: string;
  readonly action: string;
  readonly target: string;
  readonly jobId: string | null;
  readonly at: string;
  readonly state: string | null;
  readonly lost: number | null;
  readonly phase: string | null;
  readonly call: string | null;
  readonly operation: string | null;
  readonly task: string | null;
  readonly status: number | null;
  readonly model: string | null;
  readonly input: string | null;
  readonly output: string | null;
  readonly isApproved: boolean | null;
  readonly isLast: boolean | null;
}

/** What ended, as rows of the tables. */
export interface Ended {
  readonly jobs: readonly Row[];
  readonly calls: readonly Row[];
  readonly approvals: readonly Row[];
  /** Sealed events looked at. */
  readonly count: number;
  /** Number of the last of them. */
  readonly seq: string;
}

interface Place {
  readonly tenantId: string;
  readonly seq: string;
  readonly limit: number;
}

/**
 * The next sealed events of a tenant that tell of an end. The seals are an order without gaps that no later commit changes,
 * and each end is told once.
 */
export async function readSeals(tx: Transaction, { tenantId, seq, limit }: Place): Promise<Ended> {
  const rows = await tx.$queryRaw<readonly SealRow[]>`
    select s.seq::text as seq, e.action, e.target_id as target, e.job_id::text as "jobId", ${isoOf(Prisma.sql`e.at`)} as at,
      e.data ->> 'state' as state, ${numberOf('lostAttempts', 9)}::int as lost, e.data ->> 'phase' as phase,
      e.data ->> 'call' as call, e.data ->> 'operation' as operation, e.data ->> 'task' as task,
      ${numberOf('status', 5)}::int as status, e.data -> 'model' ->> 'model' as model,
      ${numberOf('inputTokens', 15, 'model')} as input, ${numberOf('outputTokens', 15, 'model')} as output,
      (e.data ->> 'approve') = 'true' as "isApproved", (e.data ->> 'isLast') = 'true' as "isLast"
    from (
      select * from audit.seal where tenant_id = ${tenantId}::uuid
        and seq > greatest(${seq}::bigint, (select size from audit.stub where tenant_id = ${tenantId}::uuid))
      order by seq limit ${limit}
    ) s
    join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
    order by s.seq`;
  return {
    jobs: await readJobs(tx, tenantId, rows.filter(isJobEnd)),
    calls: await readCalls(tx, tenantId, rows.filter(isCallEnd)),
    approvals: await readApprovals(tx, tenantId, rows.filter(isApprovalEnd)),
    count: rows.length,
    seq: rows.at(-1)?.seq ?? seq,
  };
}

/** A whole number below so many digits in the data, as text; null for anything else. */
function numberOf(name: string, digits: number, within?: string): Prisma.Sql {
  const data = within === undefined ? Prisma.sql`e.data` : Prisma.sql`e.data -> ${within}::text`;
  return Prisma.sql`substring(${data} ->> ${name}::text from ${`^-?\\d{1,${String(digits)}}$`}::text)`;
}

function isJobEnd({ action, jobId }: SealRow): boolean {
  return action === 'job.end' && jobId !== null;
}

function isCallEnd({ action, phase, call }: SealRow): boolean {
  return action === 'integration.call' && phase === 'outcome' && call !== null;
}

/** A decision that leaves others to be made ends nothing; a refused attempt says nothing of a decision. */
function isApprovalEnd({ action, isApproved, isLast }: SealRow): boolean {
  if (action === 'approval.decide') return isApproved !== null && isLast !== false;
  return action === 'approval.expire' || action === 'approval.withdraw';
}

async function readJobs(
  tx: Transaction,
  tenantId: string,
  ends: readonly SealRow[],
): Promise<readonly Row[]> {
  if (ends.length === 0) return [];
  const jobs = await byId(
    tx.$queryRaw<({ id: string } & Row)[]>`
      select job.id::text as id, job.parent_id::text as parent_id, agent.namespace, agent.name as agent,
        version.version, ${isoOf(Prisma.sql`job.created_at`)} as created_at,
        ${isoOf(Prisma.sql`job.started_at`)} as started_at
      from jobs.job
      left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
      left join jobs.agent_version version
        on version.tenant_id = job.tenant_id and version.id = job.agent_version_id
      where job.tenant_id = ${tenantId}::uuid and job.id = any(${uuidsOf(ends.map(({ jobId }) => jobId))}::uuid[])`,
  );
  return ends.map(({ seq, jobId, state, lost, at }) => {
    const { id: _id, ...job } = jobs.get(jobId ?? '') ?? { id: '' };
    const { created_at: created, started_at: started } = job;
    return {
      ...{ seq, job_id: jobId, state, lost_attempts: lost, ...job, ended_at: at },
      ...{ wait_ms: between(created, started), duration_ms: between(started, at) },
    };
  });
}

async function readCalls(
  tx: Transaction,
  tenantId: string,
  ends: readonly SealRow[],
): Promise<readonly Row[]> {
  if (ends.length === 0) return [];
  const calls = await byId(
    tx.$queryRaw<({ id: string } & Row)[]>`
      select call.id::text as id, call.attempts, call.duration_ms, agent.namespace, agent.name as agent,
        integration.name as integration, integration.kind
      from integrations.call
      left join integrations.integration
        on integration.tenant_id = call.tenant_id and integration.id = call.integration_id
      left join jobs.job on job.tenant_id = call.tenant_id and job.id = call.job_id
      left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
      where call.tenant_id = ${tenantId}::uuid and call.id = any(${uuidsOf(ends.map(({ call }) => call))}::uuid[])`,
  );
  return ends.map((end) => {
    const { id: _id, ...call } = calls.get(end.call ?? '') ?? { id: '' };
    const { seq, jobId, task, operation, state, status, at, model, input, output } = end;
    return {
      ...{ seq, call_id: end.call, job_id: jobId, task, operation, state, status, ...call },
      ...{ ended_at: at, model, input_tokens: input, output_tokens: output },
    };
  });
}

async function readApprovals(
  tx: Transaction,
  tenantId: string,
  ends: readonly SealRow[],
): Promise<readonly Row[]> {
  if (ends.length === 0) return [];
  const approvals = await byId(
    tx.$queryRaw<({ id: string } & Row)[]>`
      select approval.id::text as id, ${isoOf(Prisma.sql`approval.created_at`)} as requested_at,
        agent.namespace, agent.name as agent
      from jobs.approval
      left join jobs.job on job.tenant_id = approval.tenant_id and job.id = approval.job_id
      left join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id
      where approval.tenant_id = ${tenantId}::uuid and approval.id = any(${uuidsOf(ends.map(({ target }) => target))}::uuid[])`,
  );
  return ends.map(({ seq, target, jobId, at, action, isApproved }) => {
    const { id: _id, ...approval } = approvals.get(target) ?? { id: '' };
    return {
      ...{ seq, approval_id: target, job_id: jobId, ...approval, ended_at: at },
      state: outcomeOf(action, isApproved),
      decide_ms: between(approval['requested_at'], at),
    };
  });
}

function outcomeOf(action: string, isApproved: boolean | null): string {
  if (action === 'approval.expire') return 'EXPIRED';
  if (action === 'approval.withdraw') return 'WITHDRAWN';
  return isApproved === true ? 'APPROVED' : 'REJECTED';
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Those that an index can be asked for. */
function uuidsOf(texts: readonly (string | null)[]): readonly string[] {
  return texts.filter((text): text is string => text !== null && uuid.test(text));
}

async function byId(
  rows: Promise<readonly ({ readonly id: string } & Row)[]>,
): Promise<ReadonlyMap<string, Row & { readonly id: string }>> {
  return new Map((await rows).map((row) => [row.id, row]));
}

type Time = string | number | null | undefined;

/** Milliseconds, never below none; null where one of the two is not known. */
export function between(from: Time, to: Time): number | null {
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

import type { JsonValue } from '../kernel/json.ts';
import {
  claim,
  claimQuarantined,
  claimReturned,
  claimShared,
  findQuarantined,
  mostClaimed,
} from './claim-statements.ts';
import { admitJobs } from './gates.ts';
import type { RunStatement } from './statement.ts';

/** Who takes how many jobs for how long. */
export interface ClaimOptions {
  /** Name of the worker process. */
  readonly owner: string;
  /** Jobs at most, but never more than `mostClaimed`. */
  readonly limit: number;
  readonly leaseMs: number;
  /** How many jobs of a tenant at most; of one that is not named, as many as the limit. @default none is named */
  readonly rooms?: ReadonlyMap<string, number>;
  /** True takes quarantined jobs only; else they are left alone. @default false */
  readonly isQuarantine?: boolean;
}

/** A leased job, ready to run or to go on. */
export interface ClaimedJob {
  readonly jobId: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly agentVersionId: string;
  /** The job that started it. */
  readonly parentId?: string;
  /** How many jobs have started one another up to this one. */
  readonly depth: number;
  readonly epoch: number;
  /** Attempts lost since the last progress. */
  readonly attempt: number;
  /** Answers counted at claim; a park passes it on so that it notices later ones. */
  readonly wakes: number;
  readonly input: JsonValue;
  /** Names the key by which the input, and all that the job holds, is sealed. */
  readonly dataKeyId?: string;
  /** The span that it was submitted in (W3C Trace Context). */
  readonly traceparent?: string;
  readonly startedAt: Date;
  /** When it could have begun. */
  readonly readyAt?: Date;
  /** The database's time of the claim, by which the run tells the time. */
  readonly claimedAt: Date;
  /** False for the first claim: there is neither journal nor answer to load. */
  readonly hasHistory: boolean;
}

interface ClaimedRow {
  readonly has_returned: boolean;
  readonly has_gates: boolean;
  readonly id: string | null;
  readonly tenant_id: string;
  readonly agent_id: string;
  readonly agent_version_id: string;
  readonly parent_id: string | null;
  readonly depth: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly wakes: number;
  readonly started_at: Date;
  readonly run_at: Date | null;
  readonly claimed_at: Date;
  readonly input: JsonValue;
  readonly data_key_id: string | null;
  readonly traceparent: string | null;
}

/** Takes the first ready jobs that nobody else is taking. */
export async function claimJobs(
  run: RunStatement,
  options: ClaimOptions,
): Promise<readonly ClaimedJob[]> {
  const { owner, leaseMs, isQuarantine = false } = options;
  const limit = Math.min(options.limit, mostClaimed);
  const scarce = new Map([...(options.rooms ?? [])].filter(([, room]) => room < limit));
  const asked = [limit, owner, leaseMs];
  const rows = isQuarantine
    ? await run<ClaimedRow>(claimQuarantined, asked)
    : scarce.size === 0
      ? await run<ClaimedRow>(claim, asked)
      : await run<ClaimedRow>(claimShared, [...asked, ...columns(scarce)]);
  const jobs = rows.flatMap(toJob);
  const admitted = rows.some((row) => row.has_gates) ? await admitJobs(run, mostClaimed) : 0;
  if (admitted === 0 && !rows.some((row) => row.has_returned)) return jobs;
  const left = [limit - jobs.length, owner, leaseMs, ...columns(roomsLeft(scarce, jobs))];
  const returned = await run<ClaimedRow>(claimReturned, left);
  return [...jobs, ...returned.flatMap(toJob)];
}

function columns(rooms: ReadonlyMap<string, number>): readonly unknown[] {
  return [[...rooms.keys()], [...rooms.values()]];
}

function roomsLeft(
  rooms: ReadonlyMap<string, number>,
  taken: readonly ClaimedJob[],
): ReadonlyMap<string, number> {
  const left = new Map(rooms);
  for (const { tenantId } of taken) {
    const room = left.get(tenantId);
    if (room !== undefined) left.set(tenantId, room - 1);
  }
  return left;
}

function toJob({ id, ...row }: ClaimedRow): readonly ClaimedJob[] {
  if (id === null) return [];
  const job = {
    jobId: id,
    tenantId: row.tenant_id,
    agentId: row.agent_id,
    agentVersionId: row.agent_version_id,
    ...(row.parent_id === null ? {} : { parentId: row.parent_id }),
    depth: row.depth,
    epoch: row.epoch,
    attempt: row.attempt,
    wakes: row.wakes,
    input: row.input,
    ...(row.data_key_id === null ? {} : { dataKeyId: row.data_key_id }),
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    startedAt: row.started_at,
    ...(row.run_at === null ? {} : { readyAt: row.run_at }),
    claimedAt: row.claimed_at,
    hasHistory: row.epoch > 1,
  };
  return [job];
}

/** True when a quarantined job is ready. */
export async function hasQuarantinedJobs(run: RunStatement): Promise<boolean> {
  const [row] = await run<{ hasAny: boolean }>(findQuarantined, []);
  return row?.hasAny === true;
}

import { z } from 'zod';

import type {
  Agent,
  AgentVersion,
  Approval,
  Job,
  Schedule,
} from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { withExactData } from './approval-data.ts';
import { openReaders, type ReadingContext } from './sensitive/readers.ts';
import { shownApprovals } from './sensitive/shown-rows.ts';

type Needs = Pick<VerbContext, 'actor' | 'database'>;

/** Rows by id, one query for all ids; unknown, foreign and malformed ids are not in the map. */
export async function loadJobs(
  context: Needs,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Job>> {
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.job.findMany({ where: { tenantId, id: { in: wellFormed(ids) } } }),
  );
  return byId(rows);
}

/** What went into a job and came out of it. */
export interface JobData {
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: JsonValue;
  /** Names the key by which all of it is sealed. */
  readonly dataKeyId: string | null;
  /** The span that it was submitted in; null where nothing was traced. */
  readonly traceparent: string | null;
}

/** Inputs, outputs and errors by job id, as the caller may see them. */
export async function loadJobData(
  context: ReadingContext,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, JobData>> {
  const { tenantId } = context.actor;
  const data = await read(context, (tx) => selectJobData(tx, tenantId, wellFormed(jobIds)));
  const sealed = [...data].filter(([, { dataKeyId }]) => dataKeyId !== null).map(([id]) => id);
  if (sealed.length === 0) return data;
  const readers = await openReaders(context, sealed);
  return new Map([...data].map(([id, each]) => [id, readers.get(id)?.data(each) ?? each]));
}

interface DataRow {
  readonly jobId: string;
  readonly input: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly dataKeyId: string | null;
  readonly traceparent: string | null;
}

/** As texts: the driver of the models would read numbers as doubles. */
export async function selectJobData(
  tx: Transaction,
  tenantId: string,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, JobData>> {
  const rows = await tx.$queryRaw<readonly DataRow[]>`
    select job_id::text as "jobId", input::text, output::text, error::text, data_key_id::text as "dataKeyId",
      traceparent
    from jobs.job_io
    where tenant_id = ${tenantId}::uuid and job_id = any(${jobIds}::uuid[])`;
  return new Map(
    rows.map(({ jobId, input, output, error, ...kept }) => [
      jobId,
      { input: fromText(input), output: fromText(output), error: fromText(error), ...kept },
    ]),
  );
}

function fromText(text: string | null): JsonValue {
  return text === null ? null : parseJson(text);
}

export async function loadAgents(
  context: Needs,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Agent>> {
  const { tenantId } = context.actor;
  return byId(
    await read(context, (tx) =>
      tx.agent.findMany({ where: { tenantId, id: { in: wellFormed(ids) } } }),
    ),
  );
}

export async function loadAgentVersions(
  context: Needs,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AgentVersion>> {
  const { tenantId } = context.actor;
  return byId(
    await read(context, (tx) =>
      tx.agentVersion.findMany({ where: { tenantId, id: { in: wellFormed(ids) } } }),
    ),
  );
}

/** The triggers of schedules in agents' documents, by agent id; the one that is due first stands first. */
export async function loadSchedules(
  context: Needs,
  agentIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Schedule[]>> {
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.schedule.findMany({
      where: { tenantId, agentId: { in: wellFormed(agentIds) }, name: null },
      orderBy: [{ nextAt: { sort: 'asc', nulls: 'last' } }, { kind: 'asc' }],
    }),
  );
  return Map.groupBy(rows, (row) => row.agentId);
}

/** The versions that new jobs run, by agent id. */
export async function loadCurrentVersions(
  context: Needs,
  agents: readonly Agent[],
): Promise<ReadonlyMap<string, AgentVersion>> {
  const { tenantId } = context.actor;
  const wanted = agents.map(({ id, currentVersion }) => ({ agentId: id, version: currentVersion }));
  const rows = await read(context, (tx) =>
    tx.agentVersion.findMany({ where: { tenantId, OR: wanted } }),
  );
  return new Map(rows.map((row) => [row.agentId, row]));
}

export async function loadApprovals(
  context: ReadingContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Approval>> {
  const { tenantId } = context.actor;
  const where = { tenantId, id: { in: wellFormed(ids) } };
  const rows = await read(context, async (tx) =>
    withExactData(tx, tenantId, await tx.approval.findMany({ where })),
  );
  return byId(await shownApprovals(context, rows));
}

/** All approvals of each job, oldest first. */
export async function loadApprovalsOfJobs(
  context: ReadingContext,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Approval[]>> {
  const rows = await storedApprovals(context, jobIds);
  return Map.groupBy(await shownApprovals(context, rows), ({ jobId }) => jobId);
}

/** The same as they are stored, for what is shared by readers who may see different things. */
export async function storedApprovals(
  context: Needs,
  jobIds: readonly string[],
): Promise<readonly Approval[]> {
  const { tenantId } = context.actor;
  const where = { tenantId, jobId: { in: wellFormed(jobIds) } };
  return await read(context, async (tx) =>
    withExactData(tx, tenantId, await tx.approval.findMany({ where, orderBy: { id: 'asc' } })),
  );
}

const uuid = z.uuid();

/** The database would refuse the whole query for one id that is no UUID. */
function wellFormed(ids: readonly string[]): string[] {
  return ids.filter((id) => uuid.safeParse(id).success);
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

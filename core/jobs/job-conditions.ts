import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { findByAddress, parseAddress } from './agent-address.ts';
import { idRange } from './job-filter.ts';
import type { JobFilter } from './job-filter.ts';
import { jobPriorities, type jobStates } from './names.ts';

/** Which jobs of which tenant are looked for. */
export interface JobSearch {
  readonly tenantId: string;
  readonly filter: JobFilter;
  /** What `filter.agent` was found to be, and its versions that are wanted. */
  readonly agent?: { readonly id: string; readonly versionIds: readonly string[] };
}

export type JobState = (typeof jobStates)[number];

/** The search that a filter means; undefined when there is no such agent. `CONFLICT` when several are called so. */
export async function searchOf(
  tx: Transaction,
  {
    tenantId,
    filter,
    path = 'filter.agent',
  }: Pick<JobSearch, 'tenantId' | 'filter'> & { readonly path?: string },
): Promise<JobSearch | undefined> {
  if (typeof filter.agent !== 'string') return { tenantId, filter };
  const address = parseAddress(filter.agent);
  const agent = await findByAddress(tx, tenantId, { address, path });
  if (agent === null) return undefined;
  const versions = await tx.agentVersion.findMany({
    where: {
      ...{ tenantId, agentId: agent.id },
      ...(typeof filter.version === 'number' ? { version: filter.version } : {}),
    },
    select: { id: true },
  });
  return { tenantId, filter, agent: { id: agent.id, versionIds: versions.map(({ id }) => id) } };
}

/** The search as conditions on `jobs.job as job`, but for states. Each compares columns as indexes keep them. */
export function jobConditions({ tenantId, filter, agent }: JobSearch): readonly Prisma.Sql[] {
  return [
    Prisma.sql`job.tenant_id = ${tenantId}::uuid`,
    ...(agent ? [ofAgent(filter, agent)] : []),
    ...when(filter.priorities, inPriorities),
    ...when(filter.parentId, (id) => Prisma.sql`job.parent_id = ${id}::uuid`),
    ...when(filter.batchId, (id) => inBatch(tenantId, id)),
    ...when(filter.idempotencyKey, (key) => Prisma.sql`job.idempotency_key = ${key}`),
    ...when(filter.submitter, (submitter) => Prisma.sql`job.submitter = ${submitter}`),
    ...when(filter.createdFrom, (time) => Prisma.sql`job.created_at >= ${time}::timestamptz`),
    ...when(filter.createdBefore, (time) => Prisma.sql`job.created_at < ${time}::timestamptz`),
    ...when(filter.finishedFrom, (time) => Prisma.sql`job.finished_at >= ${time}::timestamptz`),
    ...when(filter.finishedBefore, (time) => Prisma.sql`job.finished_at < ${time}::timestamptz`),
    ...when(filter.idPrefix, (prefix) => {
      const [low, high] = idRange(prefix);
      return Prisma.sql`job.id between ${low}::uuid and ${high}::uuid`;
    }),
    ...(filter.labels ?? []).map((label) => hasLabel(tenantId, label)),
  ];
}

/** States as words of the statement: the condition of a partial index is proven by them, and not by parameters. */
export function inStates(states: readonly JobState[]): Prisma.Sql {
  return Prisma.raw(`job.state in (${states.map((state) => `'${state}'`).join(', ')})`);
}

/** Words of the statement, for the same reason; of one alone the index has the order of lists, too. */
function inPriorities(priorities: NonNullable<JobFilter['priorities']>): Prisma.Sql {
  const ranks = [...new Set(priorities)].map((priority) => jobPriorities.indexOf(priority));
  if (ranks.length === 0) return Prisma.sql`false`;
  return Prisma.raw(
    ranks.length === 1
      ? `job.priority = ${String(ranks[0])}`
      : `job.priority in (${ranks.join(', ')})`,
  );
}

function ofAgent(
  { version }: JobFilter,
  { id, versionIds }: NonNullable<JobSearch['agent']>,
): Prisma.Sql {
  return typeof version === 'number'
    ? Prisma.sql`job.agent_version_id = any(${versionIds}::uuid[])`
    : Prisma.sql`job.agent_id = ${id}::uuid`;
}

function inBatch(tenantId: string, batchId: string): Prisma.Sql {
  return Prisma.sql`job.id in (
    select member.job_id from jobs.batch_member as member
    where member.tenant_id = ${tenantId}::uuid and member.batch_id = ${batchId}::uuid)`;
}

function hasLabel(
  tenantId: string,
  { key, value }: { readonly key: string; readonly value: string },
): Prisma.Sql {
  return Prisma.sql`exists (
    select from jobs.job_label as label
    where label.tenant_id = ${tenantId}::uuid and label.job_id = job.id and label.key = ${key} and label.value = ${value})`;
}

function when<Value>(
  value: Value | null | undefined,
  make: (value: Value) => Prisma.Sql,
): readonly Prisma.Sql[] {
  return value === null || value === undefined ? [] : [make(value)];
}

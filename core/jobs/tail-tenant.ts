import type {
  Agent,
  AgentVersion,
  Approval,
  Job,
  JobLabel,
} from '../../prisma/_generated/client.ts';
import { onPool } from '../../queue/statement.ts';
import { currentCursor, tailTenantEvents } from '../../queue/tail-events.ts';
import type { EventCursor, StoredEvent } from '../../queue/tail-events.ts';
import type { VerbContext } from '../context.ts';
import { ofBefore } from '../pagination.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { eventChannel } from './channels.ts';
import { parseTenantCursor } from './job-event.ts';
import { loadAgentVersions, loadAgents, storedApprovals, loadJobs } from './load-jobs.ts';
import { loadLabels } from './load-labels.ts';

const batchSize = 100;
/** Short, as an event shows itself only when all transactions that began before it are over, which rings no bell. */
const pollMs = 250;

export interface TailOptions {
  /** Begin after this cursor; without one, with what happens from now on. */
  readonly after?: string | null | undefined;
  readonly signal: AbortSignal;
}

/** Events that came together, and what all who watch the tenant want to know of them, loaded once. */
export interface TenantBatch {
  readonly events: readonly StoredEvent[];
  /** Their jobs by id. */
  jobs(): Promise<ReadonlyMap<string, Job>>;
  /** The approvals of jobs of this batch by id of the job, as they are stored: all who watch share them. */
  approvals(): Promise<ReadonlyMap<string, readonly Approval[]>>;
  /** The agents of these jobs by id: all filters by name, known ones or not, need no more. */
  agents(): Promise<ReadonlyMap<string, Agent>>;
  /** The versions that these jobs run, by id. */
  versions(): Promise<ReadonlyMap<string, AgentVersion>>;
  /** The labels of these jobs by id of the job. */
  labels(): Promise<ReadonlyMap<string, readonly JobLabel[]>>;
}

interface FoundBatch extends TenantBatch {
  readonly next: EventCursor;
}

/** Events of all jobs of the tenant in the order of commits, in batches; ends when the signal aborts. */
export async function tailTenant(
  context: VerbContext,
  { after, signal }: TailOptions,
): Promise<AsyncGenerator<TenantBatch, void, undefined>> {
  const { database } = context;
  const generation = await database.generation();
  const isResumed = typeof after === 'string';
  const start = isResumed
    ? await parseTenantCursor(context, after)
    : await currentCursor(onPool(database.pool));
  return follow(context, { start, generation }, signal);
}

interface Place {
  readonly start: EventCursor;
  /** The one of the database in which the place was taken. */
  readonly generation: number;
}

// Everybody goes at their own pace, so a slow reader holds up nobody; those at one place read together.
async function* follow(
  context: VerbContext,
  { start, generation }: Place,
  signal: AbortSignal,
): AsyncGenerator<TenantBatch, void, undefined> {
  const { database } = context;
  const channel = eventChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  let cursor = start;
  while (!signal.aborted) {
    // Who watches through a restore stands where the database may not come again.
    if ((await database.generation()) !== generation) throw ofBefore('after');
    const after = cursor;
    const key = `batch ${after.tx}:${after.position}`;
    const batch = await rings.share(key, () => findBatch(context, after));
    cursor = batch.next;
    if (batch.events.length > 0) yield batch;
    if (batch.events.length < batchSize) await rings.next();
  }
}

async function findBatch(context: VerbContext, after: EventCursor): Promise<FoundBatch> {
  const { tenantId } = context.actor;
  const wanted = { tenantId, after, limit: batchSize };
  const { events, next } = await tailTenantEvents(context.database.pool, wanted);
  const jobIds = [...new Set(events.map(({ jobId }) => jobId))];
  const jobs = once(() => loadJobs(context, jobIds));
  return {
    events,
    next,
    jobs,
    approvals: once(async () =>
      Map.groupBy(await storedApprovals(context, jobIds), ({ jobId }) => jobId),
    ),
    agents: once(async () => {
      const agentIds = [...(await jobs()).values()].map(({ agentId }) => agentId);
      return loadAgents(context, [...new Set(agentIds)]);
    }),
    versions: once(async () => {
      const versionIds = [...(await jobs()).values()].map(({ agentVersionId }) => agentVersionId);
      return loadAgentVersions(context, [...new Set(versionIds)]);
    }),
    labels: once(() => loadLabels(context, jobIds)),
  };
}

function once<Found>(load: () => Promise<Found>): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  return () => (found ??= load());
}

import type { Definition } from '../../engine/definition.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../kernel/json.ts';
import type { JobPriority } from '../../queue/job.ts';
import { inTransaction } from '../../queue/statement.ts';
import { submitJobs, type SubmitResult, type SubmitRow } from '../../queue/submit.ts';
import { principalOf, systemActor } from '../access/actor.ts';
import { endedAmong } from '../access/ended-among.ts';
import { submitFault } from '../access/may-submit.ts';
import { auditRow, type Author } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { checkInput } from './check-input.ts';
import type { LabelList } from './labels.ts';
import { placeJob } from './place-job.ts';
import { platformKey } from './platform-key.ts';
import { StoppedSchedule } from './schedules/skip.ts';
import { sealInput } from './sensitive/seal-input.ts';
import { versionDefinition } from './version-definition.ts';

/** The trigger that starts a job. */
export interface TriggerRow {
  readonly tenantId: string;
  readonly id: string;
  readonly agentId: string;
  /** The version that it runs now. */
  readonly agentVersionId: string;
  readonly isArchived: boolean;
  /** Null: it stands in the document of its agent. */
  readonly name: string | null;
  /** Who published or last changed it, as `<kind>:<id>`, and answers for what it starts. */
  readonly submitter: string | null;
  readonly submitterGroups: readonly string[];
  /** JSON; null: {}. */
  readonly inputText: string | null;
  readonly tickAs: string | null;
  readonly priority: JobPriority | null;
  readonly labels: LabelList;
}

/** How it is read, from `jobs.schedule as schedule`. */
export const triggerColumns = Prisma.sql`
  schedule.tenant_id::text as "tenantId", schedule.id::text, schedule.agent_id::text as "agentId",
  case when schedule.name is null or schedule.is_pinned then schedule.agent_version_id
    else (
      select version.id from jobs.agent_version as version join jobs.agent
        on agent.tenant_id = version.tenant_id and agent.id = version.agent_id and agent.current_version = version.version
      where version.tenant_id = schedule.tenant_id and version.agent_id = schedule.agent_id)
  end::text as "agentVersionId",
  exists (
    select from jobs.agent
    where agent.tenant_id = schedule.tenant_id and agent.id = schedule.agent_id and agent.archived_at is not null
  ) as "isArchived",
  schedule.name, schedule.submitter, schedule.submitter_groups::text[] as "submitterGroups",
  schedule.input::text as "inputText", schedule.tick_as as "tickAs", schedule.priority, schedule.labels`;

/** One tick of a trigger. */
export interface Tick {
  /** Which tick: a moment or an event. The same one never starts a second job. */
  readonly name: string;
  /** Which moment. */
  readonly at?: Date;
  /** In place of the schedule's own. */
  readonly input?: JsonValue;
  /** Of the job; absent where no other job has led to it. */
  readonly depth?: number;
  /** Who sent the events that it consists of, as `<kind>:<id>`. */
  readonly senders?: readonly string[];
}

/** Ticks of one trigger. */
export interface Ticks {
  readonly trigger: TriggerRow;
  readonly ticks: readonly Tick[];
  /** Who asks for them at this moment, and then answers for their jobs. @default the schedule's submitter */
  readonly by?: Author;
}

type Needs = Pick<Services, 'database' | 'limits' | 'documents' | 'keyring'>;

/** The definition that a trigger runs. */
export async function triggerDefinition(
  tx: Transaction,
  services: Pick<Needs, 'database' | 'documents'>,
  { tenantId, agentVersionId: id }: TriggerRow,
): Promise<Definition> {
  const version = await tx.agentVersion.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
  });
  return versionDefinition(services, version);
}

/** Queues the jobs of ticks in the caller's transaction; throws when they can start none. */
export async function submitTicks(
  tx: Transaction,
  services: Needs,
  { trigger, ticks, by }: Ticks,
): Promise<readonly SubmitResult[]> {
  if (by === undefined) await requireAllowed(tx, trigger);
  const definition = await triggerDefinition(tx, services, trigger);
  const rows: SubmitRow[] = [];
  for (const tick of ticks)
    rows.push(await rowOf(tx, services, { trigger, tick, definition, author: by }));
  const results = await submitJobs(inTransaction(tx), rows);
  return results.map((result) => {
    if (result instanceof AppError) throw result;
    return result;
  });
}

/** The same for one tick. */
export async function submitTick(
  tx: Transaction,
  services: Needs,
  { tick, ...rest }: Omit<Ticks, 'ticks'> & { readonly tick: Tick },
): Promise<SubmitResult> {
  const [result] = await submitTicks(tx, services, { ...rest, ticks: [tick] });
  if (result === undefined) throw new AppError('INTERNAL', 'a tick was not answered');
  return result;
}

interface Placed {
  readonly trigger: TriggerRow;
  readonly tick: Tick;
  readonly definition: Definition;
  readonly author: Author | undefined;
}

async function rowOf(
  tx: Transaction,
  services: Needs,
  { trigger, tick, definition, author }: Placed,
): Promise<SubmitRow> {
  const { tenantId, id, agentId, agentVersionId } = trigger;
  const input = tick.input ?? inputAt(trigger, tick.at);
  await checkInput(services, definition, { tenantId, input, path: 'input' });
  const place = placeJob(definition, { input, path: 'job', labels: labelsOf(trigger) });
  const jobId = newId();
  const sealed = await sealInput(tx, services.keyring, {
    ...{ tenantId, jobId, input, definition, path: 'input' },
  });
  return {
    ...{ jobId, tenantId, agentId, agentVersionId, ...sealed, ...place },
    ...saidOf(trigger, tick, author),
    idempotencyKey: platformKey('schedule', `${id}:${tick.name}`),
    inputHash: sha256Hex(tick.name),
    createdBy: author?.actor.name ?? 'schedule',
    audit: auditRow(author ?? { actor: systemActor(tenantId) }, {
      action: 'job.submit',
      target: { kind: 'job', id: jobId },
      jobId,
      data: { scheduleId: id, tick: tick.name, agentVersionId },
    }),
  };
}

/** What is said of the job by who or what starts it. */
function saidOf(
  { priority, submitter: own }: TriggerRow,
  { depth, senders = [] }: Tick,
  author: Author | undefined,
): Partial<SubmitRow> {
  const submitter = author === undefined ? own : principalOf(author.actor);
  return {
    ...(depth === undefined ? {} : { depth }),
    ...(priority === null ? {} : { priority }),
    ...(submitter === null ? {} : { submitter }),
    ...(senders.length === 0 ? {} : { senders }),
  };
}

/** What the job of a tick is given. */
export function inputAt(
  { inputText, tickAs }: Pick<TriggerRow, 'inputText' | 'tickAs'>,
  at: Date | undefined,
): JsonValue {
  const input = inputText === null ? {} : parseJson(inputText);
  if (tickAs === null || at === undefined || !isJsonObject(input)) return input;
  return { ...input, [tickAs]: at.toISOString() };
}

/** Jobs of a schedule with a name are found by it, unless its own labels say otherwise. */
export function labelsOf({ name, labels }: Pick<TriggerRow, 'name' | 'labels'>): LabelList {
  if (name === null || labels.some(({ key }) => key === 'schedule')) return labels;
  return [{ key: 'schedule', value: name }, ...labels];
}

async function requireAllowed(tx: Transaction, trigger: TriggerRow): Promise<void> {
  const { tenantId, submitter, name } = trigger;
  const tenant = await tx.tenant.findUnique({ where: { id: tenantId } });
  if (tenant?.suspendedAt) throw new AppError('FORBIDDEN', 'the tenant is suspended');
  if (trigger.isArchived) throw new StoppedSchedule('the agent is archived');
  if (submitter === null) return;
  if ((await endedAmong(tx, tenantId, [submitter])).length > 0)
    throw new StoppedSchedule(
      `the credential that ${name === null ? 'published' : 'answers for'} the schedule has ended`,
    );
  if (name === null) return;
  const fault = await submitFault(tx, {
    ...{ tenantId, principal: submitter, groups: trigger.submitterGroups },
    agentId: trigger.agentId,
  });
  if (fault !== undefined) throw new StoppedSchedule(fault);
}

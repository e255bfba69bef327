import type { Definition } from '../../engine/definition.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { inTransaction } from '../../queue/statement.ts';
import { submitJobs } from '../../queue/submit.ts';
import { systemActor } from '../access/actor.ts';
import { endedAmong } from '../access/ended-among.ts';
import { auditRow, record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { checkInput } from './check-input.ts';
import { placeJob } from './place-job.ts';
import { platformKey } from './platform-key.ts';
import { sealInput } from './sensitive/seal-input.ts';
import { versionDefinition } from './version-definition.ts';

/** The trigger that starts a job. */
export interface TriggerRow {
  readonly tenantId: string;
  readonly id: string;
  readonly agentId: string;
  readonly agentVersionId: string;
  /** Who published it, as `<kind>:<id>`, and answers for what it starts. */
  readonly submitter: string | null;
}

/** One tick of a trigger. */
export interface Tick {
  readonly trigger: TriggerRow;
  /** Which tick: a moment or an event. The same one never starts a second job. */
  readonly name: string;
  readonly input: JsonValue;
  /** Of the job; absent where no other job has led to it. */
  readonly depth?: number;
  /** Who sent the events that it consists of, as `<kind>:<id>`. */
  readonly senders?: readonly string[];
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

/** Queues the job of a tick in the transaction that moves the trigger on; throws when the tick can start none. */
export async function submitTick(
  tx: Transaction,
  services: Needs,
  { trigger, name, input, depth, senders }: Tick,
): Promise<string> {
  const { tenantId, id, agentId, agentVersionId, submitter } = trigger;
  await requireAllowed(tx, trigger);
  const definition = await triggerDefinition(tx, services, trigger);
  await checkInput(services, definition, { tenantId, input, path: 'input' });
  const place = placeJob(definition, { input, path: 'job' });
  const jobId = newId();
  const sealed = await sealInput(tx, services.keyring, {
    ...{ tenantId, jobId, input, definition, path: 'input' },
  });
  const [result] = await submitJobs(inTransaction(tx), [
    {
      ...{
        jobId,
        tenantId,
        agentId,
        agentVersionId,
        ...sealed,
        ...(depth === undefined ? {} : { depth }),
      },
      ...place,
      idempotencyKey: platformKey('schedule', `${id}:${name}`),
      inputHash: sha256Hex(name),
      createdBy: 'schedule',
      ...(submitter === null ? {} : { submitter }),
      ...(senders === undefined || senders.length === 0 ? {} : { senders }),
      audit: auditRow(
        { actor: systemActor(tenantId) },
        {
          action: 'job.submit',
          target: { kind: 'job', id: jobId },
          jobId,
          data: { scheduleId: id, tick: name, agentVersionId },
        },
      ),
    },
  ]);
  if (result instanceof AppError) throw result;
  if (result === undefined) throw new AppError('INTERNAL', 'a tick was not answered');
  return result.jobId;
}

async function requireAllowed(tx: Transaction, { tenantId, submitter }: TriggerRow): Promise<void> {
  const tenant = await tx.tenant.findUnique({ where: { id: tenantId } });
  if (tenant?.suspendedAt) throw new AppError('FORBIDDEN', 'the tenant is suspended');
  if (submitter === null || (await endedAmong(tx, tenantId, [submitter])).length === 0) return;
  throw new AppError('FORBIDDEN', 'the credential that published the schedule has ended');
}

/** Puts on record that a tick started nothing, and why. */
export async function recordSkip(
  tx: Transaction,
  { tenantId, agentId }: Pick<TriggerRow, 'tenantId' | 'agentId'>,
  { name, error }: { readonly name: string; readonly error: unknown },
): Promise<void> {
  const isKnown = error instanceof AppError && error.code !== 'INTERNAL';
  await record(
    tx,
    { actor: systemActor(tenantId) },
    {
      action: 'schedule.skip',
      target: { kind: 'agent', id: agentId },
      data: {
        tick: name,
        code: isKnown ? error.code : 'INTERNAL',
        // Only the messages of known errors are fit to be shown to the tenant.
        reason: isKnown ? error.message : 'the platform failed while it started the job',
      },
    },
  );
}

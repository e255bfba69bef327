import type { Definition } from '../../engine/definition.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { inTransaction } from '../../queue/statement.ts';
import { submitJobs } from '../../queue/submit.ts';
import { systemActor } from '../access/actor.ts';
import { auditRow, record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { checkInput } from './check-input.ts';
import { versionDefinition } from './version-definition.ts';

/** The trigger that starts a job. */
export interface TriggerRow {
  readonly tenantId: string;
  readonly id: string;
  readonly agentId: string;
  readonly agentVersionId: string;
}

/** One tick of a trigger. */
export interface Tick {
  readonly trigger: TriggerRow;
  /** Which tick: a moment or an event. The same one never starts a second job. */
  readonly name: string;
  readonly input: JsonValue;
}

type Needs = Pick<Services, 'database' | 'limits' | 'documents'>;

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

/** Queues the job of a tick in the transaction that moves the trigger on; undefined when the input does not fit. */
export async function submitTick(
  tx: Transaction,
  services: Needs,
  { trigger, name, input }: Tick,
): Promise<string | undefined> {
  const { tenantId, id, agentId, agentVersionId } = trigger;
  const author = { actor: systemActor(tenantId) };
  try {
    const definition = await triggerDefinition(tx, services, trigger);
    await checkInput(services, definition, { tenantId, input, path: 'input' });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const data = { tick: name, code: error.code, reason: error.message };
    await record(tx, author, {
      action: 'schedule.skip',
      target: { kind: 'agent', id: agentId },
      data,
    });
    return undefined;
  }
  const jobId = newId();
  const [result] = await submitJobs(inTransaction(tx), [
    {
      ...{ jobId, tenantId, agentId, agentVersionId, input },
      idempotencyKey: `schedule:${id}:${name}`,
      inputHash: sha256Hex(name),
      createdBy: 'schedule',
      audit: auditRow(author, {
        action: 'job.submit',
        target: { kind: 'job', id: jobId },
        jobId,
        data: { scheduleId: id, tick: name, agentVersionId },
      }),
    },
  ]);
  if (result instanceof AppError) throw result;
  return result?.jobId;
}

import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { workerActor } from '../access/actor.ts';
import type { Lineage } from '../audit/lineage.ts';
import type { Services } from '../context.ts';

/** A call that a job's task makes. */
export interface JobCall {
  readonly tenantId: string;
  readonly jobId: string;
  /** Key of the effect; another one where a redrive makes it happen anew. */
  readonly key: string;
  /** JSON pointer of the task. */
  readonly task: string;
  /** Name of the integration. */
  readonly integration: string;
  readonly operation: string;
  readonly arguments: JsonObject;
  /** The system is asked, whatever is kept of its answers. */
  readonly isFresh?: boolean;
  readonly idempotencyKey: string;
  /** Longest time of one try where the integration names none, milliseconds; `Infinity` leaves it to the signal. */
  readonly timeoutMs: number;
  /** Name of the worker, for the record. */
  readonly worker: string;
  readonly signal: AbortSignal;
  /** Which run of which definition makes it, for the record. */
  readonly lineage: Lineage;
  /** The data of the job is sealed: no digest of what it sends is put on record. */
  readonly isSealed: boolean;
  /** A text without the secrets of the job, which the other side may have repeated. */
  readonly conceal?: (text: string) => string;
}

/** The operation's answer. No permission is asked for: whoever submitted the job may run what its agent does. */
export async function invokeForJob(
  { invoker }: Pick<Services, 'invoker'>,
  call: JobCall,
): Promise<JsonValue> {
  const {
    tenantId,
    jobId,
    key,
    task,
    worker,
    timeoutMs,
    lineage,
    isSealed,
    isFresh = false,
    ...invocation
  } = call;
  const { settled } = await invoker.invoke({
    ...invocation,
    author: { actor: workerActor(tenantId, worker) },
    effect: { jobId, key, task, timeoutMs, lineage, isSealed, isFresh },
  });
  if ('error' in settled) throw settled.error;
  return settled.result.value;
}

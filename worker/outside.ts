import { workerActor } from '../core/access/actor.ts';
import type { SuspendedTenants } from '../core/access/suspended-tenants.ts';
import type { Lineage } from '../core/audit/lineage.ts';
import type { Services } from '../core/context.ts';
import { findApproverFault } from '../core/jobs/find-approver-fault.ts';
import { emitEvents, type Emission } from '../core/jobs/emit-events.ts';
import { nextEvent } from '../core/jobs/next-event.ts';
import { holdRunning } from '../core/jobs/hold-running.ts';
import { readSecret } from '../core/jobs/read-secret.ts';
import type { DataKey } from '../core/jobs/sensitive/data-key.ts';
import { loadDataKey } from '../core/jobs/sensitive/load-data-keys.ts';
import { secretMarkers } from '../core/jobs/secret-markers.ts';
import { startChild } from '../core/jobs/start-child.ts';
import type {
  ApprovalWait,
  CallRequest,
  CloudEvent,
  EffectContext,
  EventWait,
} from '../engine/host.ts';
import type { Markers } from '../engine/secrets/markers.ts';
import { createBatcher } from '../kernel/batcher.ts';
import { outlast } from '../kernel/database/outlast.ts';
import { workflowError } from '../engine/problem.ts';
import { AppError } from '../kernel/errors.ts';
import type { JsonValue } from '../kernel/json.ts';
import { toWorkflowError } from './to-workflow-error.ts';

/** For which job something is done, and by which worker. */
export interface CallSite {
  readonly jobId: string;
  readonly tenantId: string;
  readonly depth: number;
  readonly worker: string;
  /** Which run of which definition it is done for. */
  readonly lineage: Lineage;
  /** Names the key by which the data of the job is sealed. */
  readonly dataKeyId?: string | undefined;
  /** A text without the secrets and the sensitive data of the job, for what is put on record about its calls. */
  readonly conceal?: (text: string) => string;
}

/** Performs one outside call of a job; failures that the definition may catch are thrown as `WorkflowError`. */
export interface PerformCall {
  (request: CallRequest, effect: EffectContext, site: CallSite): Promise<JsonValue>;
  /** Ends what calls of a job have left running. */
  readonly leave?: (jobId: string) => void;
}

/** Which workflow a job starts. */
export interface ChildRequest {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly input: JsonValue;
}

/** The same, and whether the job waits for it. */
export interface ChildStartRequest extends ChildRequest {
  readonly isAwaited: boolean;
}

/** What jobs reach on the platform besides their own rows. */
export interface Outside {
  readonly perform: PerformCall;
  /** The job is over, waits or goes on elsewhere: nothing that it has started here goes on. */
  leave(jobId: string): void;
  /** Starts a child, once for the effect, and answers its id. */
  startChild(child: ChildStartRequest, effect: EffectContext, site: CallSite): Promise<string>;
  /** The key by which data is sealed; undefined when it was erased. */
  dataKey(tenantId: string, id: string): Promise<DataKey | undefined>;
  /** Hands an event to those who wait for one, once. */
  emit(event: CloudEvent, effect: EffectContext, site: CallSite): Promise<void>;
  /** What came for a listener while it was busy with the event before, or before it began to listen. */
  nextEvent(
    wait: EventWait,
    after: CloudEvent | undefined,
    site: CallSite,
  ): Promise<CloudEvent | undefined>;
  /** Throws where an approval asks for somebody whom the tenant does not have. */
  checkApprovers(wait: ApprovalWait, effect: EffectContext, site: CallSite): Promise<void>;
  /** Before an effect: true when the job must not go on as its tenant is suspended; then it is on record as paused. */
  isHeld(site: CallSite): Promise<boolean>;
  /** Undefined where there is none, or its agents do not include that of the job. */
  secret(name: string, site: CallSite): Promise<JsonValue | undefined>;
  /** What stands for secrets within a job. */
  markersOf(jobId: string): Markers;
  /** The value of a YAML or JSON text that a job has fetched. */
  readDocument(text: string, effect: EffectContext, site: CallSite): Promise<JsonValue>;
}

/** What the outside of jobs is made of. */
export interface OutsideServices extends Pick<
  Services,
  'database' | 'queue' | 'doorbell' | 'keyring' | 'limits' | 'documents'
> {
  readonly perform: PerformCall;
  readonly suspended: Pick<SuspendedTenants, 'has'>;
}

/** Events of one transaction: branches of a job, and jobs, that emit at the same time wait for one commit. */
const emissionsAtOnce = 50;
/** Such transactions at the same time: those of one tenant wait for each other, those of others need not. */
const emitFlights = 2;

/** The platform as jobs see it. */
export function createOutside(services: OutsideServices): Outside {
  const emissions = createBatcher<Emission, null>({
    flush: (items) => emitEvents(services, items),
    ownerOf: ({ tenantId }) => tenantId,
    maxItems: emissionsAtOnce,
    parallel: emitFlights,
  });
  return {
    perform: services.perform,
    leave: (jobId) => services.perform.leave?.(jobId),
    startChild: (child, effect, { jobId: parentId, ...site }) =>
      told(effect, () =>
        startChild(services, {
          ...{ ...site, ...child, parentId },
          idempotencyKey: effect.idempotencyKey,
        }),
      ),
    async emit(event, effect, site) {
      await told(effect, () => emissions.add({ ...site, event }));
    },
    nextEvent: ({ hints, consumed = [] }, after, { tenantId, jobId }) =>
      outlast(() => nextEvent(services, { tenantId, jobId, after, hints, consumed })),
    async checkApprovers(wait, effect, { tenantId }) {
      const { approvers = [], escalation } = wait;
      const all = [...approvers, ...(escalation?.approvers ?? [])];
      const asked = { ...wait, tenantId, approvers: all };
      const fault = await outlast(() => findApproverFault(services, asked));
      if (fault === undefined) return;
      throw workflowError('validation', fault, { instance: effect.task });
    },
    isHeld: async (job) => {
      if (!services.suspended.has(job.tenantId)) return false;
      return await outlast(() => holdRunning(services, job));
    },
    secret: (name, { tenantId, jobId, worker }) => {
      const author = { actor: workerActor(tenantId, worker) };
      return outlast(() => readSecret(services, { tenantId, name, jobId, author }));
    },
    dataKey: (tenantId, id) => outlast(() => loadDataKey(services, { tenantId, id })),
    markersOf: (jobId) => secretMarkers(services, jobId),
    readDocument: (text, effect, { tenantId }) =>
      services.documents.read(text, { tenantId, signal: effect.signal }).catch((error: unknown) => {
        throw unreadable(error, effect);
      }),
  };
}

/** What is fetched from a place that the definition names is the definition's to put right. */
function unreadable(error: unknown, effect: EffectContext): unknown {
  const isOfDocument =
    error instanceof AppError && ['BAD_USER_INPUT', 'LIMIT_EXCEEDED'].includes(error.code);
  if (!isOfDocument) return toWorkflowError(error, effect);
  return workflowError('configuration', error.message, { instance: effect.task, cause: error });
}

/** Failures that concern the definition reach it as errors it may catch. */
async function told<Result>(effect: EffectContext, work: () => Promise<Result>): Promise<Result> {
  try {
    return await outlast(work, () => !effect.signal.aborted);
  } catch (error) {
    throw toWorkflowError(error, effect);
  }
}

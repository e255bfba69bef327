import type { Lineage } from '../core/audit/lineage.ts';
import type { EffectContext, Host, OutsideWait } from '../engine/host.ts';
import { workflowError, type ErrorKind, type WorkflowError } from '../engine/problem.ts';
import type { Hiding } from '../engine/sensitive/hiding.ts';
import { createVault } from '../engine/secrets/vault.ts';
import { newId } from '../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { approvalEvents } from '../queue/approval-events.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { History } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import { createChildStarts } from './child-starts.ts';
import type { JobWriter } from './job-writer.ts';
import type { Lease } from './lease.ts';
import { createListeners } from './listeners.ts';
import type { CallSite, Outside } from './outside.ts';
import { performWithSecrets, withoutSecrets } from './run-secrets.ts';
import { sleepUntilAborted } from './sleep-until-aborted.ts';
import { isStorable, storableText, toStorable } from '../kernel/storable.ts';

export interface JobHostOptions {
  readonly job: ClaimedJob;
  readonly history: History;
  readonly writer: JobWriter;
  readonly lease: Lease;
  readonly worker: string;
  readonly lineage: Lineage;
  readonly outside: Outside;
  readonly queue: Pick<Queue, 'answerParent'>;
  /** Epoch milliseconds by the database's clock. */
  readonly now: () => number;
  /** What the job knows of people, which does not leave it. */
  readonly sensitive: Pick<Hiding, 'value' | 'text'>;
}

type WaitOf<Kind extends OutsideWait['kind']> = Extract<OutsideWait, { readonly kind: Kind }>;

/** The outside of one run of one job. */
export interface JobHost extends Host {
  /** The value without secrets that the run has read, and without what stands for them in the run. */
  withoutSecrets<Value extends JsonValue>(value: Value): Value;
}

export function createJobHost(options: JobHostOptions): JobHost {
  const { job, history, writer, lease, outside, now, worker, sensitive, lineage } = options;
  const vault = createVault(outside.markersOf(job.jobId));
  const { jobId, tenantId, depth, dataKeyId } = job;
  const site: CallSite = {
    ...{ jobId, tenantId, depth, worker, lineage, dataKeyId },
    conceal: sensitive.text,
  };
  const children = createChildStarts({ ...options, site, beforeEffect });
  const listeners = createListeners({ ...options, site });

  // What an effect follows from is durable, and the job still ours, before the effect begins.
  async function beforeEffect(): Promise<void> {
    const isPausing = lease.isPausing || (await outside.isHeld(site));
    await writer.flush({ always: isPausing });
    lease.assertHeld();
  }

  const perform = performWithSecrets({ perform: outside.perform, vault, site, beforeEffect });

  return {
    now,
    withoutSecrets: (value) => vault.hide(value),
    sleep: sleepUntilAborted,
    async call(request, effect) {
      if (request.kind !== 'workflow') return await perform(request, effect);
      return await children.start(vault.hide(request.with), effect);
    },
    readDocument: (text, effect) => outside.readDocument(text, effect, site),
    async emit(given, effect) {
      const event = sensitive.value(vault.hide(given));
      if (!isStorable(event)) throw unstorable('validation', 'the event', effect);
      await beforeEffect();
      await outside.emit(event, effect, site);
      writer.event({
        type: 'dev.operandi.job.emitted.v1',
        key: `emit:${event.id}`,
        task: effect.task,
        data: event,
      });
      await writer.flush();
    },
    async secret(name) {
      const value = await outside.secret(name, site);
      return value === undefined ? undefined : vault.keep(name, value);
    },
    async ask(given, effect) {
      const wait = withoutSecrets(given, vault);
      const answer = history.answers.get(wait.key);
      if (wait.kind === 'event') return listeners.next(wait, answer);
      if (wait.kind === 'cancel') {
        // It is answered in the journal; until then it only has to be known that it can be.
        if (!history.asked.has(wait.key)) writer.wait({ key: wait.key, kind: 'cancel', spec: {} });
        return undefined;
      }
      if (answer !== undefined || history.asked.has(wait.key)) return answer;
      if (wait.kind === 'approval') {
        await outside.checkApprovers(wait, effect, site);
        askApproval(wait, effect, writer);
      } else await children.startAwaited(wait, effect);
      return undefined;
    },
  };
}

function unstorable(kind: ErrorKind, what: string, { task }: EffectContext): WorkflowError {
  const detail = `${what} holds NUL characters or broken Unicode, which cannot be kept`;
  return workflowError(kind, detail, { instance: task });
}

function askApproval(wait: WaitOf<'approval'>, effect: EffectContext, writer: JobWriter): void {
  // Who may decide is compared and not read: nothing may stand in for what it was.
  const { approvers = [], role = null, escalation } = wait;
  if (!isStorable([...approvers, role, ...(escalation?.approvers ?? [])]))
    throw unstorable('validation', 'the name of an approver', effect);
  const spec = approvalSpec(wait);
  writer.wait({ key: wait.key, kind: 'approval', spec });
  const data = {
    wait: wait.key,
    approvalId: spec['approvalId'] ?? null,
    title: storableText(wait.title),
  };
  const type = approvalEvents.requested;
  writer.event({ type, key: `approval:${wait.key}`, task: wait.task, data });
}

// The id counts only the first time: a wait that is known already keeps its approval.
function approvalSpec(wait: WaitOf<'approval'>): JsonObject {
  const { kind: _kind, key: _key, setAt: _setAt, dueAt, quorum = 1, ...asked } = wait;
  // It is there to be read by people: what cannot be kept is shown as replaced.
  return toStorable({
    ...{ approvalId: newId(), quorum },
    ...asked,
    ...(dueAt === undefined ? {} : { expiresAt: new Date(dueAt).toISOString() }),
  });
}

import type { CallRequest, EffectContext, Host, OutsideWait } from '../engine/host.ts';
import { workflowError } from '../engine/problem.ts';
import { newId } from '../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { History } from '../queue/load-history.ts';
import type { JobWriter } from './job-writer.ts';
import type { Lease } from './lease.ts';
import { isStorable } from './storable.ts';

/** For which job a call is made, and by which worker. */
export interface CallSite {
  readonly jobId: string;
  readonly tenantId: string;
  readonly worker: string;
}

/** Performs one outside call of a job; failures that the definition may catch are thrown as `WorkflowError`. */
export type PerformCall = (
  request: CallRequest,
  effect: EffectContext,
  site: CallSite,
) => Promise<JsonValue>;

export interface JobHostOptions {
  readonly job: ClaimedJob;
  readonly history: History;
  readonly writer: JobWriter;
  readonly lease: Lease;
  readonly worker: string;
  readonly perform: PerformCall;
  /** Epoch milliseconds by the database's clock. */
  readonly now: () => number;
}

/** The outside of one run of one job. */
export function createJobHost(options: JobHostOptions): Host {
  const { job, history, writer, lease, perform, now, worker } = options;
  const site = { jobId: job.jobId, tenantId: job.tenantId, worker };

  // What an effect follows from is durable, and the job still ours, before the effect begins.
  async function beforeEffect(): Promise<void> {
    await writer.flush({ always: lease.isPausing });
    lease.assertHeld();
  }

  return {
    now,
    sleep: sleepUntilAborted,
    async call(request, effect) {
      await beforeEffect();
      const answer = await perform(request, effect, site);
      if (isStorable(answer)) return answer;
      const detail = 'the answer holds NUL characters or broken Unicode, which cannot be kept';
      throw workflowError('communication', detail, { instance: effect.task });
    },
    async emit(event, effect) {
      await beforeEffect();
      writer.event({
        type: 'dev.operandi.job.emitted.v1',
        key: `emit:${event.id}`,
        task: effect.task,
        data: event,
      });
      await writer.flush();
    },
    secret: () => Promise.resolve(undefined),
    ask(wait) {
      const answer = history.answers.get(wait.key);
      if (answer === undefined) askOutside(wait, writer);
      return Promise.resolve(answer);
    },
  };
}

function askOutside(wait: OutsideWait, writer: JobWriter): void {
  switch (wait.kind) {
    case 'event':
      writer.wait({
        key: wait.key,
        kind: 'event',
        spec: {
          task: wait.task,
          listener: wait.listener,
          position: wait.position,
          hints: wait.hints,
        },
      });
      return;
    case 'approval': {
      const spec = approvalSpec(wait);
      writer.wait({ key: wait.key, kind: 'approval', spec });
      const data = { wait: wait.key, approvalId: spec['approvalId'] ?? null, title: wait.title };
      const type = 'dev.operandi.approval.requested.v1';
      writer.event({ type, key: `approval:${wait.key}`, task: wait.task, data });
      return;
    }
    case 'child':
      throw workflowError(
        'configuration',
        'workflows that start other workflows are not available',
        {
          instance: wait.task,
        },
      );
  }
}

// The id counts only the first time: a wait that is known already keeps its approval.
function approvalSpec(wait: Extract<OutsideWait, { kind: 'approval' }>): JsonObject {
  const { task, title, description, approvers, role, data, dueAt } = wait;
  return {
    approvalId: newId(),
    task,
    title,
    ...(description === undefined ? {} : { description }),
    ...(approvers === undefined ? {} : { approvers }),
    ...(role === undefined ? {} : { role }),
    ...(data === undefined ? {} : { data }),
    ...(dueAt === undefined ? {} : { expiresAt: new Date(dueAt).toISOString() }),
  };
}

/** The engine asks to be woken early without an error. */
function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.max(0, ms));
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
  });
}

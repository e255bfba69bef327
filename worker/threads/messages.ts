import type { WorkflowDocument } from '../../engine/dsl/document.ts';
import type { CallRequest, CloudEvent, EffectContext, OutsideWait } from '../../engine/host.ts';
import type { JournalEntry } from '../../engine/journal.ts';
import type { Limits } from '../../engine/limits.ts';
import { WorkflowError, type WorkflowProblem } from '../../engine/problem.ts';
import type { Outcome } from '../../engine/run.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { fromFault, toFault, type ThreadFault } from '../../kernel/threads/serve-thread.ts';
import type { EventDraft } from '../../queue/job.ts';

/** What a thread needs to run a job. */
export interface RunOrder {
  /** Equal for equal documents. */
  readonly versionId: string;
  readonly document: WorkflowDocument;
  readonly input: JsonValue;
  readonly job: { readonly id: string; readonly startedAt: number };
  readonly limits: Partial<Limits>;
  readonly entries: readonly JournalEntry[];
  /** The time of the job when the monotonic clock of the machine stood at `monotonicMs`. */
  readonly clock: { readonly at: number; readonly monotonicMs: number };
}

/** The effect of a call, without what cannot travel. */
export type EffectAddress = Omit<EffectContext, 'signal'>;

/** A method of the host. */
export type HostCall =
  | { readonly method: 'call'; readonly request: CallRequest; readonly effect: EffectAddress }
  | { readonly method: 'readDocument'; readonly text: string; readonly effect: EffectAddress }
  | { readonly method: 'emit'; readonly event: CloudEvent; readonly effect: EffectAddress }
  | { readonly method: 'ask'; readonly wait: OutsideWait; readonly effect: EffectAddress }
  | { readonly method: 'secret'; readonly name: string };

/** What a worker tells a thread. */
export type ToThread =
  | { readonly kind: 'run'; readonly run: number; readonly order: RunOrder }
  | {
      readonly kind: 'answer';
      readonly run: number;
      readonly call: number;
      readonly answer: Answer;
    }
  /** A batch of events has been taken. */
  | { readonly kind: 'room'; readonly run: number }
  | { readonly kind: 'stop'; readonly run: number }
  | { readonly kind: 'ping' };

/** What a thread tells its worker; of one run in the order in which it came about. */
export type FromThread =
  | { readonly kind: 'call'; readonly run: number; readonly call: number; readonly what: HostCall }
  /** The answer of a call is not wanted any more. */
  | { readonly kind: 'drop'; readonly run: number; readonly call: number }
  | { readonly kind: 'entry'; readonly run: number; readonly entry: JournalEntry }
  | { readonly kind: 'events'; readonly run: number; readonly drafts: readonly EventDraft[] }
  | { readonly kind: 'end'; readonly run: number; readonly end: RunEnd }
  | { readonly kind: 'pong' };

/** What the host answered; only errors that a definition may hear of travel. */
export type Answer =
  | { readonly value: JsonValue | undefined }
  | { readonly problem: WorkflowProblem; readonly isCatchable: boolean };

/** How a run ended in its thread. */
export type RunEnd = { readonly outcome: Outcome } | { readonly fault: ThreadFault };

/** Milliseconds of the clock that all threads of the machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function answerOf({ problem, isCatchable }: WorkflowError): Answer {
  return { problem, isCatchable };
}

/** The value of an answer; throws what it stands for. */
export function valueOf(answer: Answer): JsonValue | undefined {
  if ('value' in answer) return answer.value;
  throw new WorkflowError(answer.problem, { isCatchable: answer.isCatchable });
}

export function endOf(error: unknown): RunEnd {
  return { fault: toFault(error) };
}

export function outcomeOf(end: RunEnd): Outcome {
  if ('outcome' in end) return end.outcome;
  throw fromFault(end.fault);
}

// Only the other side of this protocol posts to either.
export function asToThread(message: unknown): ToThread {
  return message as ToThread;
}

// As above.
export function asFromThread(message: unknown): FromThread {
  return message as FromThread;
}

// Both sides put the same array of one number there.
export function asDesk(data: unknown): Int32Array {
  return data as Int32Array;
}

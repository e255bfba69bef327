import type { OutsideEvent } from '../events.ts';
import type { Problem } from '../errors.ts';

/** What an approval asks. */
export interface Question {
  readonly title: string;
  readonly description?: string;
  /** What the approver should see. */
  readonly data?: unknown;
  /** JSON Schema of what whoever approves fills in; here it is shown and not checked. */
  readonly form?: unknown;
}

/** What was said to it. */
export interface ScriptedDecision {
  readonly approve: boolean;
  readonly comment: string | null;
  readonly data: unknown;
}

/** What a script does to its job. Each wait ends with the signal's reason when the job is cancelled. */
export interface ScriptedJob {
  readonly id: string;
  readonly input: unknown;
  /** Is aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Does something as a task of the job, told as started and completed; a paused job stands still before it. */
  task<Answer>(name: string, act?: () => Answer | Promise<Answer>): Promise<Answer>;
  /** Tells an event of any type. */
  tell(type: string, data?: Readonly<Record<string, unknown>>): void;
  /** Asks people, and goes on with the decision. */
  approval(question: Question): Promise<ScriptedDecision>;
  /** Waits for an event of the type that `sendEvent` hands over from now on. */
  event(type: string): Promise<OutsideEvent>;
}

/** What an agent does with each job: its answer is the output, what it throws the error. */
export type AgentScript =
  | ((job: ScriptedJob) => unknown)
  | {
      /** Why an input is refused; nothing where it is not. */
      readonly check?: (input: unknown) => readonly Problem[];
      readonly run: (job: ScriptedJob) => unknown;
    };

/** Ends a job as FAILED with this problem; any other error does so with its message as the detail. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly problem: {
    readonly type?: string;
    readonly status?: number;
    readonly title?: string;
    readonly detail?: string;
  };

  constructor(problem: JobFailure['problem']) {
    super(problem.detail ?? problem.title ?? 'the job has failed');
    this.problem = problem;
  }
}

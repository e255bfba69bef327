/** What every event of a job has, by CloudEvents 1.0. */
interface Attributes {
  readonly specversion: '1.0';
  /** `<job id>/<sequence>`: the same for all endpoints, and for each try. */
  readonly id: string;
  /** `/operandi/jobs/<job id>` */
  readonly source: string;
  readonly subject?: string;
  /** ISO 8601. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly jobid: string;
  /** Number of the event in its job, from 1, without gaps: events can arrive in any order. */
  readonly sequence: string;
  /** JSON pointer of the task, for events of one. */
  readonly task?: string;
}

/** An event, of which `data` is left out where it would be larger than 256 KiB: read it by `client.jobs.watch`. */
type Told<Type extends string, Data> = Attributes &
  (
    | { readonly type: Type; readonly data: Data; readonly datacut?: never }
    | { readonly type: Type; readonly data?: never; readonly datacut: true }
  );

type Workflow<Change extends string, Data> = Told<
  `io.serverlessworkflow.workflow.${Change}.v1`,
  Data
>;
type Task<Change extends string, Data> = Told<`io.serverlessworkflow.task.${Change}.v1`, Data>;
type Job<Change extends string, Data> = Told<`dev.operandi.job.${Change}.v1`, Data>;
type Asked<Change extends string, Data> = Told<`dev.operandi.approval.${Change}.v1`, Data>;

/** A problem by RFC 9457, as definitions raise it. */
export interface EventProblem {
  readonly type: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly instance?: string;
}

/** Details that an event has besides those that are named here. */
type More = Readonly<Record<string, unknown>>;
type OfWorkflow = More & { readonly name: string };
/** `execution` tells the executions of a task apart: iterations, attempts, visits. */
type OfTask = More & {
  readonly workflow: string;
  readonly task: string;
  readonly execution: string;
  readonly name?: string;
  readonly kind?: string;
};
/** Who asked for it, by name. */
type ByWhom = More & { readonly by?: string; readonly reason?: string };
type Attempt = More & {
  readonly attempt: number;
  readonly state: string;
  readonly error: EventProblem | null;
};
type OfApproval = More & { readonly wait: string };

/** The life of a job, as the workflow specification tells it. */
export type WorkflowEvent =
  | Workflow<'started', OfWorkflow & { readonly startedAt: string; readonly definition?: unknown }>
  | Workflow<'completed', OfWorkflow & { readonly completedAt: string }>
  | Workflow<'faulted', OfWorkflow & { readonly faultedAt: string; readonly error: EventProblem }>
  | Workflow<'cancelled', OfWorkflow & { readonly cancelledAt: string }>
  | Workflow<'suspended', OfWorkflow>
  | Workflow<'resumed', OfWorkflow>
  | Workflow<'status-changed', OfWorkflow>
  | Workflow<'correlation-started', OfWorkflow & { readonly startedAt: string }>
  | Workflow<
      'correlation-completed',
      OfWorkflow & { readonly completedAt: string; readonly correlationKeys: More }
    >;

/** One execution of a task. */
export type TaskEvent =
  | Task<'created', OfTask & { readonly createdAt: string; readonly input?: unknown }>
  | Task<'started', OfTask & { readonly startedAt: string }>
  | Task<'completed', OfTask & { readonly completedAt: string; readonly output?: unknown }>
  | Task<'faulted', OfTask & { readonly faultedAt: string; readonly error: EventProblem }>
  | Task<'cancelled', OfTask & { readonly cancelledAt: string }>
  | Task<'retried', OfTask & { readonly retriedAt: string }>
  | Task<'status-changed', OfTask & { readonly updatedAt: string; readonly status: string }>
  | Task<'suspended', OfTask>
  | Task<'resumed', OfTask>;

/** What the platform and people do with a job. */
export type JobEvent =
  | Job<'queued', More>
  | Job<
      'waiting',
      More & {
        readonly until: string | null;
        readonly waits: readonly { readonly kind: string; readonly task: string }[];
      }
    >
  | Job<'answered', More & { readonly wait: string }>
  | Job<'emitted', More>
  | Job<'pause-requested', ByWhom>
  | Job<'paused', ByWhom>
  | Job<'resumed', ByWhom>
  | Job<'cancelled', ByWhom>
  | Job<'compensating', ByWhom>
  | Job<'redriven', More>
  | Job<'attempt-lost', Attempt>
  | Job<'interrupted', Attempt>
  | Job<'quarantined', Attempt>
  | Job<'dead', Attempt>;

/** What becomes of a question to people. */
export type ApprovalEvent =
  | Asked<'requested', OfApproval & { readonly approvalId: string | null; readonly title: string }>
  | Asked<'reminded', OfApproval & { readonly approvalId: string }>
  | Asked<
      'escalated',
      OfApproval & { readonly approvalId: string; readonly approvers: readonly string[] }
    >
  | Asked<'held', OfApproval & { readonly approvalId: string; readonly settlesAt: string }>
  | Asked<'undone', OfApproval & { readonly approvalId: string }>
  | Asked<'decided', OfApproval>;

/** What `testWebhook` sends: only that the endpoint is known. */
export interface PingEvent extends Pick<
  Attributes,
  'specversion' | 'id' | 'source' | 'time' | 'datacontenttype'
> {
  readonly type: 'dev.operandi.webhook.ping.v1';
  readonly data: { readonly webhookId: string };
}

/** What a webhook tells; `type` says which it is. */
export type WebhookEvent = WorkflowEvent | TaskEvent | JobEvent | ApprovalEvent | PingEvent;

/** An event of a type that a later platform has and this version does not. */
export interface UnknownEvent extends Partial<Attributes> {
  readonly type: string;
  readonly data?: unknown;
}

import type { JsonValue } from '../../../kernel/json.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Agent as AgentRow, AgentVersion as AgentVersionRow, Approval as ApprovalRow, DecisionLink as DecisionLinkRow, Delegation as DelegationRow, Schedule as OwnScheduleRow, Schedule as ScheduleRow, BulkOperation as BulkOperationRow, Backtest as BacktestRow, WebhookDelivery as WebhookDeliveryRow } from '../../../prisma/_generated/client.ts';
import type { ShownDecision as ApprovalDecisionRow } from '../../../core/jobs/sensitive/shown-decisions.ts';
import type { ApprovalRequest as ApprovalNews } from '../../../core/jobs/tail-approvals.ts';
import type { Finding as LintFinding } from '../../../core/jobs/validate-definition.ts';
import type { JobNode, BatchNode, JobPage } from '../nodes.ts';
import type { Retention } from '../../../core/jobs/retention/retention.ts';
import type { JobChange as JobNews } from '../../../core/jobs/tail-job-changes.ts';
import type { JobEvent as StoredJobEvent } from '../../../core/jobs/job-event.ts';
import type { QueueStats as MeasuredQueue } from '../../../core/jobs/get-queue-stats.ts';
import type { HoldingWorker } from '../../../core/jobs/list-queue-workers.ts';
import type { AgentQueue } from '../../../core/jobs/list-agent-queues.ts';
import type { SecretInfo } from '../../../core/jobs/list-secrets.ts';
import type { BacktestResult as ShownResult } from '../../../core/jobs/backtests/list-results.ts';
import type { InboundInfo } from '../../../core/inbound/load-inbound.ts';
import type { InboundAnswer } from '../../../core/inbound/receive-webhook.ts';
import type { WebhookInfo } from '../../../core/webhooks/load-webhook.ts';
import type { JobTiming as MeasuredTiming } from '../../../core/jobs/timing/load-timings.ts';
import type { Stretch } from '../../../core/jobs/timing/path-chain.ts';
import type { JobAttempt as LoggedAttempt } from '../../../core/jobs/load-job-attempts.ts';
import type { JobStep as DerivedJobStep } from '../../../core/jobs/list-job-steps.ts';
import type { SubgraphContext } from '../../server/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time, RFC 3339 in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: JsonValue; output: JsonValue; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** A named standard operating procedure with versions. */
export type Agent = Node & {
  readonly __typename?: 'Agent';
  /** When it was archived; null while it takes jobs. */
  readonly archivedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it was first published. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The version that new jobs run. */
  readonly current: AgentVersion;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Its marks, by name: `document.metadata.labels` of the version that new jobs run. */
  readonly labels: ReadonlyArray<Label>;
  /** Name, unique in its namespace: `document.name` of its definition. */
  readonly name: Scalars['String']['output'];
  /** Namespace: `document.namespace` of its definition. */
  readonly namespace: Scalars['String']['output'];
  /** Why it was paused. `resumeAgent` lets it take jobs again. */
  readonly pauseReason: Maybe<Scalars['String']['output']>;
  /** When the platform paused it, as several of its jobs killed what ran them; null while it takes jobs. */
  readonly pausedAt: Maybe<Scalars['DateTime']['output']>;
  /** What starts its jobs by itself; of several triggers the one that is due first. Null when its definition has none. */
  readonly schedule: Maybe<AgentSchedule>;
  /** All versions, newest first. */
  readonly versions: AgentVersionConnection;
};


/** A named standard operating procedure with versions. */
export type AgentVersionsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A page of agents. */
export type AgentConnection = {
  readonly __typename?: 'AgentConnection';
  /** The agents with their cursors. */
  readonly edges: ReadonlyArray<AgentEdge>;
  /** The agents alone. */
  readonly nodes: ReadonlyArray<Agent>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An agent in a page. */
export type AgentEdge = {
  readonly __typename?: 'AgentEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The agent. */
  readonly node: Agent;
};

/** The jobs of an agent that are not over. */
export type AgentQueueStats = {
  readonly __typename?: 'AgentQueueStats';
  /** The agent. */
  readonly agent: Agent;
  /** Those at a limit. */
  readonly limited: Scalars['Int']['output'];
  /** Age of the oldest queued job, seconds; 0 when none is queued. */
  readonly oldestQueuedSeconds: Scalars['Float']['output'];
  /** Jobs that are paused. */
  readonly paused: Scalars['Int']['output'];
  /** Jobs that wait for a worker or at a limit. */
  readonly queued: Scalars['Int']['output'];
  /** Jobs that run. */
  readonly running: Scalars['Int']['output'];
  /** Jobs that sleep. */
  readonly waiting: Scalars['Int']['output'];
};

/** A trigger of an agent's own schedule. */
export type AgentSchedule = {
  readonly __typename?: 'AgentSchedule';
  /** What it goes by. */
  readonly kind: ScheduleKind;
  /** When it started a job last. */
  readonly lastAt: Maybe<Scalars['DateTime']['output']>;
  /** When it starts the next job; null while it waits for events or for the end of the job before. */
  readonly nextAt: Maybe<Scalars['DateTime']['output']>;
};

/** One published definition. It never changes; jobs stay on the version they began with. */
export type AgentVersion = Node & {
  readonly __typename?: 'AgentVersion';
  /** Its agent. */
  readonly agent: Agent;
  /** When it was published. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The workflow document as it was published, YAML or JSON. */
  readonly definition: Scalars['String']['output'];
  /** SHA-256 of the document, hexadecimal. */
  readonly hash: Scalars['String']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** JSON Schema of the input, if the definition states one. */
  readonly inputSchema: Maybe<Scalars['JSON']['output']>;
  /** JSON Schema of the output, if the definition states one. */
  readonly outputSchema: Maybe<Scalars['JSON']['output']>;
  /** Number within the agent, from 1. */
  readonly version: Scalars['Int']['output'];
};

/** A page of versions. */
export type AgentVersionConnection = {
  readonly __typename?: 'AgentVersionConnection';
  /** The versions with their cursors. */
  readonly edges: ReadonlyArray<AgentVersionEdge>;
  /** The versions alone. */
  readonly nodes: ReadonlyArray<AgentVersion>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A version in a page. */
export type AgentVersionEdge = {
  readonly __typename?: 'AgentVersionEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The version. */
  readonly node: AgentVersion;
};

export type ApiKey = Node & {
  readonly __typename?: 'ApiKey';
  readonly id: Scalars['ID']['output'];
};

/** A human decision a job waits for. */
export type Approval = Node & {
  readonly __typename?: 'Approval';
  /** Ids of members and keys, and roles, one of which fits whoever decides; empty when none are named. */
  readonly approvers: ReadonlyArray<Scalars['String']['output']>;
  /** Whether the caller may decide it now. */
  readonly canDecide: Scalars['Boolean']['output'];
  /** Whether the caller may take back now what they have decided, by `undoDecision`. */
  readonly canUndo: Scalars['Boolean']['output'];
  /** What the decider remarked. */
  readonly comment: Maybe<Scalars['String']['output']>;
  /** When it was asked. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What the approver should see. */
  readonly data: Maybe<Scalars['JSON']['output']>;
  /** When it was decided. */
  readonly decidedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who decided. */
  readonly decidedBy: Maybe<Scalars['String']['output']>;
  /** Whose decision it would be if the caller decided now, where somebody has handed it to them; null: their own, or none. */
  readonly decidesFor: Maybe<Scalars['String']['output']>;
  /** What was said so far, in order. */
  readonly decisions: ReadonlyArray<ApprovalDecision>;
  /** What the decision is about. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** When those of `escalateTo` may decide, too; null when they may already, or nobody else is to. */
  readonly escalateAt: Maybe<Scalars['DateTime']['output']>;
  /** Who may decide from `escalateAt` on, besides. */
  readonly escalateTo: ReadonlyArray<Scalars['String']['output']>;
  /** When it expires. */
  readonly expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** JSON Schema of what whoever approves fills in; null when nothing is asked for. */
  readonly form: Maybe<Scalars['JSON']['output']>;
  /** True when nobody decides who submitted, resumed or redrove the job or published its schedule. */
  readonly fourEyes: Scalars['Boolean']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The job that waits. */
  readonly job: Job;
  /** When those who may decide are reminded next. */
  readonly remindAt: Maybe<Scalars['DateTime']['output']>;
  /** How many have to approve; one rejection ends it. */
  readonly required: Scalars['Int']['output'];
  /** The role that whoever decides has; null when none is asked for. */
  readonly role: Maybe<Scalars['String']['output']>;
  /** When the job is told what was decided, which nobody can take back then; null where that is not awaited. */
  readonly settlesAt: Maybe<Scalars['DateTime']['output']>;
  /** Where it stands. */
  readonly state: ApprovalState;
  /** What is asked. */
  readonly title: Scalars['String']['output'];
};

/** A page of approvals. */
export type ApprovalConnection = {
  readonly __typename?: 'ApprovalConnection';
  /** The approvals with their cursors. */
  readonly edges: ReadonlyArray<ApprovalEdge>;
  /** The approvals alone. */
  readonly nodes: ReadonlyArray<Approval>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** What one member or key said to an approval. */
export type ApprovalDecision = {
  readonly __typename?: 'ApprovalDecision';
  /** True for yes. */
  readonly approve: Scalars['Boolean']['output'];
  /** What it remarked. */
  readonly comment: Maybe<Scalars['String']['output']>;
  /** What it filled in. */
  readonly data: Maybe<Scalars['JSON']['output']>;
  /** When. */
  readonly decidedAt: Scalars['DateTime']['output'];
  /** Its name at that time. */
  readonly decidedBy: Scalars['String']['output'];
  /** Id of the member or key. */
  readonly decidedById: Scalars['ID']['output'];
  /** The name of that one at that time. */
  readonly onBehalfOf: Maybe<Scalars['String']['output']>;
  /** Id of the member or key in whose place it was said; null where somebody spoke for themselves. */
  readonly onBehalfOfId: Maybe<Scalars['ID']['output']>;
};

/** An approval in a page. */
export type ApprovalEdge = {
  readonly __typename?: 'ApprovalEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The approval. */
  readonly node: Approval;
};

/** An approval event. */
export type ApprovalRequest = {
  readonly __typename?: 'ApprovalRequest';
  /** The approval as it stands now. */
  readonly approval: Approval;
  /** Cursor for `after` of `approvalRequests`. */
  readonly cursor: Scalars['String']['output'];
};

/** Where an approval stands. */
export type ApprovalState =
  /** Somebody said yes. */
  | 'APPROVED'
  /** Nobody decided in time. */
  | 'EXPIRED'
  /** Nobody has decided, or who did so may still take it back. */
  | 'PENDING'
  /** Somebody said no. */
  | 'REJECTED'
  /** The job ended before a decision. */
  | 'WITHDRAWN';

/** Which agent to archive. */
export type ArchiveAgentInput = {
  /** Id of the agent. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to archiveAgent. */
export type ArchiveAgentPayload = {
  readonly __typename?: 'ArchiveAgentPayload';
  /** The agent. */
  readonly agent: Maybe<Agent>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type AuditEvent = Node & {
  readonly __typename?: 'AuditEvent';
  readonly id: Scalars['ID']['output'];
};

/** A time whose ticks are to start their jobs. */
export type BackfillScheduleInput = {
  /** True to list the ticks and start nothing. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** From this moment on. */
  readonly from: Scalars['DateTime']['input'];
  /** Id of a schedule by cron or every. */
  readonly id: Scalars['ID']['input'];
  /** The most ticks, at most 1,000; where the time has more, nothing is started. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
  /** Up to this moment, which does not count and does not lie in the future. */
  readonly to: Scalars['DateTime']['input'];
};

/** Answer to backfillSchedule. */
export type BackfillSchedulePayload = {
  readonly __typename?: 'BackfillSchedulePayload';
  /** Their jobs in the same order, also those that there were before; none for a dry run. */
  readonly jobs: ReadonlyArray<Job>;
  /** How many of the jobs are new. */
  readonly startedCount: Scalars['Int']['output'];
  /** The ticks, oldest first. */
  readonly ticks: ReadonlyArray<Scalars['DateTime']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A definition that is tried on past jobs of an agent, with what was recorded of them; nothing is sent, see docs/testing.md. */
export type Backtest = Node & {
  readonly __typename?: 'Backtest';
  /** Whose jobs are played. */
  readonly agent: Maybe<Agent>;
  /** Of how many something would be otherwise. */
  readonly changed: Scalars['Int']['output'];
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who asked for it. */
  readonly createdBy: Scalars['String']['output'];
  /** SHA-256 of the definition, as `AgentVersion.hash`. */
  readonly definitionHash: Scalars['String']['output'];
  /** How many were played. */
  readonly done: Scalars['Int']['output'];
  /** Why it was given up. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** Which of them, as it was asked for. */
  readonly filter: Scalars['JSON']['output'];
  /** When it was over. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Jobs that were played, newest first; with `verdicts` those of these alone. */
  readonly results: BacktestResultConnection;
  /** Of how many the same would come. */
  readonly same: Scalars['Int']['output'];
  /** Where it stands. */
  readonly state: BacktestState;
  /** How many jobs there are to be played. */
  readonly total: Scalars['Int']['output'];
  /** Of how many nobody knows. */
  readonly unknown: Scalars['Int']['output'];
};


/** A definition that is tried on past jobs of an agent, with what was recorded of them; nothing is sent, see docs/testing.md. */
export type BacktestResultsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  verdicts: InputMaybe<ReadonlyArray<BacktestVerdict>>;
};

/** Something of a job that would be otherwise. */
export type BacktestChange = {
  readonly __typename?: 'BacktestChange';
  /** In words. */
  readonly message: Scalars['String']['output'];
  /** JSON pointer: `/decisions/<task>`, `/state`, `/output/…`, `/error/…`, `/emits/<index>`; empty for the job as a whole. */
  readonly path: Scalars['String']['output'];
  /** What it was, as JSON or a name; cut when it is long. Null where the message says it all. */
  readonly was: Maybe<Scalars['String']['output']>;
  /** What it would be, likewise. */
  readonly wouldBe: Maybe<Scalars['String']['output']>;
};

/** A page of backtests. */
export type BacktestConnection = {
  readonly __typename?: 'BacktestConnection';
  /** The backtests with their cursors. */
  readonly edges: ReadonlyArray<BacktestEdge>;
  /** The backtests alone. */
  readonly nodes: ReadonlyArray<Backtest>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A definition to try on past jobs. */
export type BacktestDefinitionInput = {
  /** Name of the agent whose jobs are played, `namespace/name`; null for the one that the definition names. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /** Workflow document, YAML or JSON; one that could be published. */
  readonly definition: Scalars['String']['input'];
  /** Which of them. States are such as jobs end in; SUCCEEDED and FAILED where nothing is said. */
  readonly filter?: InputMaybe<JobFilter>;
  /** How many of its newest jobs, at most 10,000; null for 100. */
  readonly last?: InputMaybe<Scalars['Int']['input']>;
};

/** A backtest in a page. */
export type BacktestEdge = {
  readonly __typename?: 'BacktestEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The backtest. */
  readonly node: Backtest;
};

/** How a job ends. */
export type BacktestEnd =
  /** With an error. */
  | 'FAILED'
  /** Its input is refused. */
  | 'REFUSED'
  /** With an output. */
  | 'SUCCEEDED'
  /** Not at all: it waits for something that did not come. */
  | 'WAITING';

/** Answer to a mutation about a backtest. */
export type BacktestPayload = {
  readonly __typename?: 'BacktestPayload';
  /** The backtest. */
  readonly backtest: Maybe<Backtest>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What would become of a past job. */
export type BacktestResult = {
  readonly __typename?: 'BacktestResult';
  /** What would be otherwise, at most 20 things. */
  readonly changes: ReadonlyArray<BacktestChange>;
  /** Calls that it made and would not, at most 20. */
  readonly droppedCalls: ReadonlyArray<Scalars['String']['output']>;
  /** True when there is more than is listed. */
  readonly isCut: Scalars['Boolean']['output'];
  /** True when the changes are of sensitive data: they take JOBS_SENSITIVE_READ, and are gone with its key. */
  readonly isWithheld: Scalars['Boolean']['output'];
  /** The job. */
  readonly job: Maybe<Job>;
  /** The id of the job. */
  readonly jobId: Scalars['ID']['output'];
  /** Calls that it would make and of which there is no recording; playing ends with the first. */
  readonly unrecordedCalls: ReadonlyArray<Scalars['String']['output']>;
  /** What there is to say of it. */
  readonly verdict: BacktestVerdict;
  /** How it ended when it ran; null where it cannot be played. */
  readonly was: Maybe<BacktestEnd>;
  /** How it would end; null where nobody knows. */
  readonly wouldBe: Maybe<BacktestEnd>;
};

/** A page of results. */
export type BacktestResultConnection = {
  readonly __typename?: 'BacktestResultConnection';
  /** The results with their cursors. */
  readonly edges: ReadonlyArray<BacktestResultEdge>;
  /** The results alone. */
  readonly nodes: ReadonlyArray<BacktestResult>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A result in a page. */
export type BacktestResultEdge = {
  readonly __typename?: 'BacktestResultEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The result. */
  readonly node: BacktestResult;
};

/** Where a backtest stands. */
export type BacktestState =
  /** Ended by a caller, or with their right to it, before all jobs were played. */
  | 'CANCELLED'
  /** Given up, as the definition is too costly to be played. */
  | 'FAILED'
  /** All jobs were played. */
  | 'FINISHED'
  /** Its jobs are played, portion after portion. */
  | 'RUNNING';

/** What a backtest says of a job. */
export type BacktestVerdict =
  /** Something would be otherwise. */
  | 'CHANGED'
  /** The same would come of it. */
  | 'SAME'
  /** Nobody knows: something would be called of which there is no recording, or the job cannot be played. */
  | 'UNKNOWN';

/** What a bulk operation does to each job. */
export type BulkAct =
  /** Ends it. */
  | 'CANCEL'
  /** Stops it until it is resumed. */
  | 'PAUSE'
  /** Starts it again. */
  | 'REDRIVE'
  /** Lets it go on. */
  | 'RESUME';

/** One act for all jobs that a filter shows; workers work it off in chunks, also after a restart. */
export type BulkOperation = Node & {
  readonly __typename?: 'BulkOperation';
  /** What it does. */
  readonly act: BulkAct;
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who asked for it. */
  readonly createdBy: Scalars['String']['output'];
  /** Jobs to which it was done. */
  readonly done: Scalars['Int']['output'];
  /** Why it could not be done to the last of those. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** Jobs to which it could not be done. */
  readonly failed: Scalars['Int']['output'];
  /** Which jobs it is for, as it was asked for. */
  readonly filter: Scalars['JSON']['output'];
  /** When it was over. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** How many jobs matched when it began; no more are acted upon. */
  readonly matched: Scalars['Int']['output'];
  /** Jobs that were in no state for it any more. */
  readonly skipped: Scalars['Int']['output'];
  /** Where it stands. */
  readonly state: BulkState;
};

/** A page of bulk operations. */
export type BulkOperationConnection = {
  readonly __typename?: 'BulkOperationConnection';
  /** The operations with their cursors. */
  readonly edges: ReadonlyArray<BulkOperationEdge>;
  /** The operations alone. */
  readonly nodes: ReadonlyArray<BulkOperation>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A bulk operation in a page. */
export type BulkOperationEdge = {
  readonly __typename?: 'BulkOperationEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The operation. */
  readonly node: BulkOperation;
};

/** Answer to cancelBulkOperation. */
export type BulkOperationPayload = {
  readonly __typename?: 'BulkOperationPayload';
  /** The operation. */
  readonly operation: Maybe<BulkOperation>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Answer to a mutation that steers many jobs. */
export type BulkPayload = {
  readonly __typename?: 'BulkPayload';
  /** True when more than `max` match, which only a dry run is told. */
  readonly isMore: Scalars['Boolean']['output'];
  /** How many jobs match, at most `max`. */
  readonly matched: Scalars['Int']['output'];
  /** What works them off; null for a dry run, and when no job matches. */
  readonly operation: Maybe<BulkOperation>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Where a bulk operation stands. */
export type BulkState =
  /** Ended by a caller before all jobs were dealt with. */
  | 'CANCELLED'
  /** All jobs were dealt with. */
  | 'FINISHED'
  /** Chunk after chunk is worked off. */
  | 'RUNNING';

/** Which backtest to end. */
export type CancelBacktestInput = {
  /** Id of the backtest. */
  readonly id: Scalars['ID']['input'];
};

/** Which bulk operation to end. */
export type CancelBulkOperationInput = {
  /** Id of the operation. */
  readonly id: Scalars['ID']['input'];
};

/** Which job to cancel. */
export type CancelJobInput = {
  /** True to end it at once, also where its document says how to undo what it did, or while it does that. */
  readonly force?: InputMaybe<Scalars['Boolean']['input']>;
  /** Id of the job. */
  readonly id: Scalars['ID']['input'];
  /** Why, for the audit log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** Which jobs to cancel. */
export type CancelJobsInput = {
  /** True to count the jobs and do nothing. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The jobs, out of those that are not over; something has to be said. */
  readonly filter: JobFilter;
  /** The most jobs that may be acted upon, at most 100,000; when more match, nothing is done. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
  /** Why, for the audit log. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** Clocks are put forward or back. */
export type ClockChange = {
  readonly __typename?: 'ClockChange';
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** By how much they are put forward, milliseconds; negative when they are put back. */
  readonly shiftMs: Scalars['Int']['output'];
  /** What is due from two hours before to two hours after, at most twelve moments. */
  readonly ticks: ReadonlyArray<Scalars['DateTime']['output']>;
};

/** A new decision link, for a member by id or by e-mail address. */
export type CreateDecisionLinkInput = {
  /** Id of the approval. */
  readonly approvalId: Scalars['ID']['input'];
  /** Their e-mail address, instead of the id. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** How long it may be used, 60 to 2592000 seconds; no longer than the approval is open. Default: 86400. */
  readonly expiresInSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the member who is to decide by it, and who may. */
  readonly memberId?: InputMaybe<Scalars['ID']['input']>;
};

/** Answer to createDecisionLink. */
export type CreateDecisionLinkPayload = {
  readonly __typename?: 'CreateDecisionLinkPayload';
  /** The link. */
  readonly decisionLink: Maybe<DecisionLink>;
  /** Where to send the person, below the address of the gateway; told this once. */
  readonly path: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A delegation to be given. */
export type CreateDelegationInput = {
  /** The one approval that it is for, which the caller has to be able to decide; null: all that the caller may decide. */
  readonly approvalId?: InputMaybe<Scalars['ID']['input']>;
  /** Why. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** E-mail address of the member, instead of the id. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Until when it counts, 90 days after the start at most. */
  readonly endsAt: Scalars['DateTime']['input'];
  /** From when on it counts; null: at once. */
  readonly startsAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Id of the member or key that is to decide; it needs APPROVALS_DECIDE itself. */
  readonly to?: InputMaybe<Scalars['ID']['input']>;
};

/** A new inbound webhook. */
export type CreateInboundWebhookInput = {
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** How the sender signs; with the scheme HMAC, and no other. */
  readonly hmac?: InputMaybe<InboundHmacInput>;
  /** Its name: lower-case letters, digits and dashes, at most 63. It is part of the source of its events and cannot be changed. */
  readonly name: Scalars['String']['input'];
  /** How the sender signs. */
  readonly scheme: InboundScheme;
  /** The secret, at least 16 characters, where the sender makes it, as Slack and Stripe do; left out: one is made and shown once. */
  readonly secret?: InputMaybe<Scalars['String']['input']>;
};

/** A new schedule: one of cron, every and after. */
export type CreateScheduleInput = {
  /** The time from the end of a job to the next one, ISO 8601. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** The agent: `namespace/name`, or the name alone while one agent has it. */
  readonly agent: Scalars['String']['input'];
  /** What becomes of ticks that were missed; LAST unless said. */
  readonly catchUp?: InputMaybe<ScheduleCatchUp>;
  /** How far back ALL goes, ISO 8601, at most P7D; P1D unless said. */
  readonly catchUpWindow?: InputMaybe<Scalars['String']['input']>;
  /** Five fields, six with seconds before them, or a nickname such as `@daily`; `CRON_TZ=<zone>` may stand in front. */
  readonly cron?: InputMaybe<Scalars['String']['input']>;
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The time between two ticks, ISO 8601, e.g. PT15M. */
  readonly every?: InputMaybe<Scalars['String']['input']>;
  /** Days on which it starts nothing, e.g. `2026-12-24`; at most 366. */
  readonly exceptDates?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** What its jobs are given. */
  readonly input?: InputMaybe<Scalars['JSON']['input']>;
  /** True to create it paused. */
  readonly isPaused?: InputMaybe<Scalars['Boolean']['input']>;
  /** By at most so much later, at random, each tick is served: ISO 8601, at most PT1H. */
  readonly jitter?: InputMaybe<Scalars['String']['input']>;
  /** Words by which its jobs are found again. */
  readonly labels?: InputMaybe<ReadonlyArray<JobLabelInput>>;
  /** Letters, digits, dots, dashes and underscores, 1 to 63 characters; unique in the tenant. */
  readonly name: Scalars['String']['input'];
  /** What becomes of a local time that clocks show twice. */
  readonly onRepeatedTime?: InputMaybe<RepeatedTime>;
  /** What becomes of a local time that clocks skip. */
  readonly onSkippedTime?: InputMaybe<SkippedTime>;
  /** What becomes of a tick while the last job is not over; ALLOW unless said. */
  readonly overlap?: InputMaybe<ScheduleOverlap>;
  /** How soon its jobs are claimed. */
  readonly priority?: InputMaybe<JobPriority>;
  /** A property of the input that is to say for which moment a job starts. */
  readonly tickAs?: InputMaybe<Scalars['String']['input']>;
  /** Time zone of the expression and of `exceptDates`, e.g. Europe/Berlin. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
  /** The version that its jobs run; the current one at each tick when absent. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** A new webhook. */
export type CreateWebhookInput = {
  /** Agents whose jobs it is told of: `namespace.name`, `namespace.*` or `*`; left out: all. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** Types of events it is told of, 1 to 50; `*` stands for any end, e.g. `io.serverlessworkflow.workflow.*`. */
  readonly events: ReadonlyArray<Scalars['String']['input']>;
  /** Where deliveries are posted to: https, or http, without user name and fragment. It has to be public, or allowed by the operator. */
  readonly url: Scalars['String']['input'];
};

/** A decision. */
export type DecideApprovalInput = {
  /** True for yes. */
  readonly approve: Scalars['Boolean']['input'];
  /** A remark for the log and the job. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** What `Approval.form` asks for; of who approves only. */
  readonly data?: InputMaybe<Scalars['JSON']['input']>;
  /** Id of the approval. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to decideApproval. */
export type DecideApprovalPayload = {
  readonly __typename?: 'DecideApprovalPayload';
  /** The approval. */
  readonly approval: Maybe<Approval>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A decision by a link. */
export type DecideByLinkInput = {
  /** True for yes. */
  readonly approve: Scalars['Boolean']['input'];
  /** A remark for the log and the job. */
  readonly comment?: InputMaybe<Scalars['String']['input']>;
  /** What `Approval.form` asks for; of who approves only. */
  readonly data?: InputMaybe<Scalars['JSON']['input']>;
  /** The secret of the link. */
  readonly secret: Scalars['String']['input'];
};

/** Answer to decideByLink. */
export type DecideByLinkPayload = {
  readonly __typename?: 'DecideByLinkPayload';
  /** What came of it; null where what was filled in does not fit. */
  readonly outcome: Maybe<DecisionLinkOutcome>;
  /** What does not fit. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An address by which one member decides one approval, once, without signing in. */
export type DecisionLink = {
  readonly __typename?: 'DecisionLink';
  /** What is decided by it. */
  readonly approval: Maybe<Approval>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who made it, as `<kind>:<id>`. */
  readonly createdBy: Scalars['String']['output'];
  /** Until when it may be used. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Their name when it was made. */
  readonly member: Scalars['String']['output'];
  /** Id of the member who decides by it. */
  readonly memberId: Scalars['ID']['output'];
  /** What became of it. */
  readonly state: DecisionLinkState;
  /** When its person decided by it. */
  readonly usedAt: Maybe<Scalars['DateTime']['output']>;
};

/** What came of a decision by a link. */
export type DecisionLinkOutcome =
  /** The approval is decided: yes. */
  | 'APPROVED'
  /** The link is not good, or no more. */
  | 'GONE'
  /** It counts; others have to approve besides. */
  | 'NOTED'
  /** The approval is decided: no. */
  | 'REJECTED';

/** What became of a decision link. */
export type DecisionLinkState =
  /** Nobody used it in time. */
  | 'EXPIRED'
  /** It may be used. */
  | 'OPEN'
  /** It was taken back, its person was removed, or the approval is open no more. */
  | 'REVOKED'
  /** Its person has decided by it. */
  | 'USED';

/** What its holder sees. */
export type DecisionLinkView = {
  readonly __typename?: 'DecisionLinkView';
  /** The approval, without what is sensitive. */
  readonly approval: Approval;
  /** Until when the link may be used. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Name of who decides. */
  readonly person: Scalars['String']['output'];
};

/** What the linter says of a definition. */
export type DefinitionReport = {
  readonly __typename?: 'DefinitionReport';
  /** All remarks, in order of the text. */
  readonly findings: ReadonlyArray<Finding>;
  /** True when it can be published. */
  readonly isValid: Scalars['Boolean']['output'];
};

/** That one member or key decides in the place of another for a time. It is worth what that other one may decide whenever it is used. */
export type Delegation = {
  readonly __typename?: 'Delegation';
  /** The one approval that it is for; null: all that `from` may decide. */
  readonly approval: Maybe<Approval>;
  /** Why. */
  readonly comment: Maybe<Scalars['String']['output']>;
  /** When it was given. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When somebody ended it before its time. */
  readonly endedAt: Maybe<Scalars['DateTime']['output']>;
  /** Until when it counts. */
  readonly endsAt: Scalars['DateTime']['output'];
  /** Its name at that time. */
  readonly from: Scalars['String']['output'];
  /** Id of the member or key in whose place decisions are made. */
  readonly fromId: Scalars['ID']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** From when on it counts. */
  readonly startsAt: Scalars['DateTime']['output'];
  /** Its name at that time. */
  readonly to: Scalars['String']['output'];
  /** Id of the member or key that decides. */
  readonly toId: Scalars['ID']['output'];
};

/** A page of delegations. */
export type DelegationConnection = {
  readonly __typename?: 'DelegationConnection';
  /** The delegations with their cursors. */
  readonly edges: ReadonlyArray<DelegationEdge>;
  /** The delegations alone. */
  readonly nodes: ReadonlyArray<Delegation>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A delegation in a page. */
export type DelegationEdge = {
  readonly __typename?: 'DelegationEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The delegation. */
  readonly node: Delegation;
};

/** Answer to createDelegation and endDelegation. */
export type DelegationPayload = {
  readonly __typename?: 'DelegationPayload';
  /** The delegation. */
  readonly delegation: Maybe<Delegation>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which inbound webhook to delete. */
export type DeleteInboundWebhookInput = {
  /** Id of the inbound webhook. */
  readonly id: Scalars['ID']['input'];
};

/** Which schedule to delete. */
export type DeleteScheduleInput = {
  /** Id of the schedule. */
  readonly id: Scalars['ID']['input'];
};

/** Which secret to delete. */
export type DeleteSecretInput = {
  /** Its name. */
  readonly name: Scalars['String']['input'];
};

/** Which webhook to delete. */
export type DeleteWebhookInput = {
  /** Id of the webhook. */
  readonly id: Scalars['ID']['input'];
};

/** A delegation to be ended. */
export type EndDelegationInput = {
  /** Id of the delegation. */
  readonly id: Scalars['ID']['input'];
};

/** A remark of the linter about a definition. */
export type Finding = {
  readonly __typename?: 'Finding';
  /** Column in the text, from 1. */
  readonly column: Scalars['Int']['output'];
  /** What to do. */
  readonly hint: Maybe<Scalars['String']['output']>;
  /** Stable id of the rule. */
  readonly id: Scalars['String']['output'];
  /** Line in the text, from 1. */
  readonly line: Scalars['Int']['output'];
  /** What is wrong. */
  readonly message: Scalars['String']['output'];
  /** JSON pointer into the document. */
  readonly path: Scalars['String']['output'];
  /** How bad it is. */
  readonly severity: FindingSeverity;
};

/** How bad a finding is. */
export type FindingSeverity =
  /** The definition cannot be published. */
  | 'ERROR'
  /** It can be published, but look at it. */
  | 'WARNING';

/** How a sender signs that follows no known scheme. */
export type InboundHmacInput = {
  /** `sha256` or `sha512`; left out: `sha256`. */
  readonly algorithm?: InputMaybe<Scalars['String']['input']>;
  /** `hex` or `base64`; left out: `hex`. */
  readonly encoding?: InputMaybe<Scalars['String']['input']>;
  /** The header with the id of the delivery; needed for `{id}`. */
  readonly idHeader?: InputMaybe<Scalars['String']['input']>;
  /** What stands before the signature there, e.g. `sha256=`. */
  readonly prefix?: InputMaybe<Scalars['String']['input']>;
  /** The header with the signature. */
  readonly signatureHeader: Scalars['String']['input'];
  /** What is signed, with `{body}` once, and `{timestamp}` and `{id}` where the sender signs them; left out: `{body}`. */
  readonly signed?: InputMaybe<Scalars['String']['input']>;
  /** The header with the time in seconds since 1970; with `{timestamp}`, and only then. */
  readonly timestampHeader?: InputMaybe<Scalars['String']['input']>;
  /** The type of events where those say nothing; left out: `webhook`. */
  readonly type?: InputMaybe<Scalars['String']['input']>;
  /** A header with the type of the event. */
  readonly typeHeader?: InputMaybe<Scalars['String']['input']>;
  /** A member of the body with the type of the event. */
  readonly typeMember?: InputMaybe<Scalars['String']['input']>;
};

/** Why a message was refused that came to an inbound webhook. */
export type InboundRefusal =
  /** The body is not text that can be kept as JSON; its signature was good. */
  | 'BODY'
  /** Headers of the scheme are missing or malformed. */
  | 'HEADERS'
  /** No live secret has made the signature. */
  | 'SIGNATURE'
  /** The signed time is more than five minutes off. */
  | 'TIMESTAMP';

/** How the sender of an inbound webhook signs. */
export type InboundScheme =
  /** GitHub: `X-Hub-Signature-256`. */
  | 'GITHUB'
  /** HMAC as `InboundHmacInput` says. */
  | 'HMAC'
  /** Slack: `X-Slack-Signature`; `url_verification` is answered. */
  | 'SLACK'
  /** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  | 'STANDARD'
  /** Stripe: `Stripe-Signature`. */
  | 'STRIPE';

/** Where an outside system posts signed webhooks to, see docs/inbound-webhooks.md; each becomes an event. Its secret can never be read back. */
export type InboundWebhook = Node & {
  readonly __typename?: 'InboundWebhook';
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** What it is for. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** When it was disabled. */
  readonly disabledAt: Maybe<Scalars['DateTime']['output']>;
  /** Settings of the scheme HMAC, as they were given; null for others. */
  readonly hmac: Maybe<Scalars['JSON']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** False when everything is refused, as if it were not there. */
  readonly isEnabled: Scalars['Boolean']['output'];
  /** When the last event came. */
  readonly lastReceivedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why that was. */
  readonly lastRefusal: Maybe<InboundRefusal>;
  /** When a message was refused, to the minute. */
  readonly lastRefusedAt: Maybe<Scalars['DateTime']['output']>;
  /** Its name; `source` of its events is `/operandi/inbound/` and this. */
  readonly name: Scalars['String']['output'];
  /** Path of its address at the gateway, to be given to the sender. */
  readonly path: Scalars['String']['output'];
  /** Until when signatures by the secret before are taken as well; null when it is no longer live. */
  readonly previousSecretUntil: Maybe<Scalars['DateTime']['output']>;
  /** How the sender signs. */
  readonly scheme: InboundScheme;
  /** How many secrets it has had. */
  readonly secretVersion: Scalars['Int']['output'];
  /** When it was last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** A page of inbound webhooks. */
export type InboundWebhookConnection = {
  readonly __typename?: 'InboundWebhookConnection';
  /** The inbound webhooks with their cursors. */
  readonly edges: ReadonlyArray<InboundWebhookEdge>;
  /** The inbound webhooks alone. */
  readonly nodes: ReadonlyArray<InboundWebhook>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An inbound webhook in a page. */
export type InboundWebhookEdge = {
  readonly __typename?: 'InboundWebhookEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The inbound webhook. */
  readonly node: InboundWebhook;
};

/** Answer to a mutation of one inbound webhook. */
export type InboundWebhookPayload = {
  readonly __typename?: 'InboundWebhookPayload';
  /** The inbound webhook, as it stands or stood. */
  readonly inboundWebhook: Maybe<InboundWebhook>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Answer to a mutation that sets the secret of an inbound webhook. */
export type InboundWebhookSecretPayload = {
  readonly __typename?: 'InboundWebhookSecretPayload';
  /** The inbound webhook. */
  readonly inboundWebhook: Maybe<InboundWebhook>;
  /** The secret. It is shown this once; null where it was given. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Integration = Node & {
  readonly __typename?: 'Integration';
  readonly id: Scalars['ID']['output'];
};

export type IntegrationCall = Node & {
  readonly __typename?: 'IntegrationCall';
  readonly id: Scalars['ID']['output'];
};

/** One run of one version of an agent. */
export type Job = Node & {
  readonly __typename?: 'Job';
  /** Its agent. */
  readonly agent: Agent;
  /** The version it runs, pinned at submission. */
  readonly agentVersion: AgentVersion;
  /** Decisions it asked for. */
  readonly approvals: ReadonlyArray<Approval>;
  /** How many runs of it broke off by a fault of the platform, e.g. a crash; after five it is DEAD. */
  readonly attempts: Scalars['Int']['output'];
  /** Its latest failures, lost attempts and redrives, oldest first, at most 100: an error that was overwritten is still here. */
  readonly attemptsLog: ReadonlyArray<JobAttempt>;
  /** Which limit of its agent it waits for; null when it only waits for a worker, and when it is not queued. */
  readonly blockedBy: Maybe<JobBlock>;
  /** When it was submitted. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Why it failed or died: an RFC 9457 problem. */
  readonly error: Maybe<JobError>;
  /** What happened to it, in order. */
  readonly events: JobEventConnection;
  /** When it ended. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id, in order of submission. */
  readonly id: Scalars['ID']['output'];
  /** The key it was submitted with; none for a job that a schedule or another job started. */
  readonly idempotencyKey: Maybe<Scalars['String']['output']>;
  /** What was submitted. What the definition marks as sensitive is `***` without JOBS_SENSITIVE_READ, see docs/sensitive-data.md. */
  readonly input: Scalars['JSON']['output'];
  /** Words by which it is found again, by key: those of its document and those it was submitted with. */
  readonly labels: ReadonlyArray<JobLabel>;
  /** What the definition returned; null until it succeeded. Of a job with sensitive data, as for the input. */
  readonly output: Maybe<Scalars['JSON']['output']>;
  /** The job that started it, if one did. */
  readonly parent: Maybe<Job>;
  /** How soon it is claimed. */
  readonly priority: JobPriority;
  /** The job as a scenario, for `operandi test` and `operandi backtest`: its input, what the outside answered, how it ended. It takes JOBS_OPERATE, for a job with sensitive data JOBS_SENSITIVE_READ as well, and is in the audit log. */
  readonly recording: Maybe<Scalars['JSON']['output']>;
  /** The output rendered by the agent's response template for the format, in the nearest locale. */
  readonly result: Maybe<JobResult>;
  /** When a worker first took it up. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** Where it stands. */
  readonly state: JobState;
  /** Executions of tasks, in the order they began. */
  readonly steps: JobStepConnection;
  /** Who answers for it, as `<kind>:<id>`, e.g. of a member or an API key; null for what a schedule of nobody started. */
  readonly submitter: Maybe<Scalars['String']['output']>;
  /** Where its time went. */
  readonly timing: Maybe<JobTiming>;
  /** Id of the W3C trace that it was submitted in, which its runs and calls belong to; null where nothing is traced. */
  readonly traceId: Maybe<Scalars['String']['output']>;
  /** When it wakes, if it sleeps on a timer. */
  readonly wakesAt: Maybe<Scalars['DateTime']['output']>;
};


/** One run of one version of an agent. */
export type JobEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** One run of one version of an agent. */
export type JobResultArgs = {
  format?: InputMaybe<ResultFormat>;
  locale: InputMaybe<Scalars['String']['input']>;
};


/** One run of one version of an agent. */
export type JobStepsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A failure, a lost attempt or a redrive of a job. */
export type JobAttempt = {
  readonly __typename?: 'JobAttempt';
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** How many attempts had been lost without progress; null for what is no lost attempt. */
  readonly attempt: Maybe<Scalars['Int']['output']>;
  /** Why; of a redrive, the error that it took away. */
  readonly error: Maybe<JobError>;
  /** What happened. */
  readonly kind: JobAttemptKind;
};

/** How an attempt of a job ended, or that it began again. */
export type JobAttemptKind =
  /** The platform gave up. */
  | 'DEAD'
  /** The definition ended with an error. */
  | 'FAILED'
  /** A run broke off by a fault of the platform and was tried again. */
  | 'LOST'
  /** Somebody started it again. */
  | 'REDRIVEN';

/** Jobs that were submitted together. */
export type JobBatch = Node & {
  readonly __typename?: 'JobBatch';
  /** How many of its jobs are in each state; states without any are left out. */
  readonly counts: ReadonlyArray<JobStateCount>;
  /** When it was begun. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Who began it. */
  readonly createdBy: Scalars['String']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** How many of its jobs are over. */
  readonly overCount: Scalars['Int']['output'];
  /** What part of its jobs is over, 0 to 1; 1 when it has none. */
  readonly progress: Scalars['Float']['output'];
  /** How many of them were refused. */
  readonly refusedCount: Scalars['Int']['output'];
  /** How many jobs were sent, refused ones too. */
  readonly submittedCount: Scalars['Int']['output'];
};

/** Which limit of its agent keeps a queued job from the workers. */
export type JobBlock = {
  readonly __typename?: 'JobBlock';
  /** The key that shares the limit; null where the whole agent does. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** How many the limit allows. */
  readonly limit: Scalars['Int']['output'];
  /** The period of a rate, milliseconds. */
  readonly periodMs: Maybe<Scalars['Float']['output']>;
  /** The limit. */
  readonly reason: JobBlockReason;
  /** How many of these are taken: jobs that run, or have begun in the period. */
  readonly used: Scalars['Int']['output'];
};

/** A limit that the document of an agent states. */
export type JobBlockReason =
  /** `metadata.concurrency`: as many jobs run as may at once. */
  | 'CONCURRENCY'
  /** `metadata.rate`: as many jobs have begun as may in its period. */
  | 'RATE';

/** A change of a job in the tenant. */
export type JobChange = {
  readonly __typename?: 'JobChange';
  /** Cursor for `after` of `jobChanges`. */
  readonly cursor: Scalars['String']['output'];
  /** The event that made the change. */
  readonly event: JobEvent;
  /** The job as it stands now. */
  readonly job: Job;
};

/** A page of jobs. */
export type JobConnection = {
  readonly __typename?: 'JobConnection';
  /** The jobs with their cursors. */
  readonly edges: ReadonlyArray<JobEdge>;
  /** The jobs alone. */
  readonly nodes: ReadonlyArray<Job>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
  /** How many jobs the filter shows, on all pages. */
  readonly totalCount: JobCount;
};

/** How many there are. */
export type JobCount = {
  readonly __typename?: 'JobCount';
  /** The number. */
  readonly count: Scalars['Int']['output'];
  /** False: counted. True: more than 10,000 or dear to count, and an estimate from the database's statistics. */
  readonly isEstimate: Scalars['Boolean']['output'];
};

/** A job in a page. */
export type JobEdge = {
  readonly __typename?: 'JobEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The job. */
  readonly node: Job;
};

/** A problem by RFC 9457. */
export type JobError = {
  readonly __typename?: 'JobError';
  /** What happened this time. */
  readonly detail: Maybe<Scalars['String']['output']>;
  /** JSON pointer of the task that raised it. */
  readonly instance: Maybe<Scalars['String']['output']>;
  /** What the outside system answered, where it did: `{statusCode, headers, content, isCut}`, at most some 20 kB. */
  readonly response: Maybe<Scalars['JSON']['output']>;
  /** HTTP status that fits it best. */
  readonly status: Scalars['Int']['output'];
  /** Short summary of the kind. */
  readonly title: Maybe<Scalars['String']['output']>;
  /** URI of the kind of problem. */
  readonly type: Scalars['String']['output'];
};

/** Something that happened to a job. */
export type JobEvent = {
  readonly __typename?: 'JobEvent';
  /** When it happened. */
  readonly at: Scalars['DateTime']['output'];
  /** Cursor for `after` of `jobEvents`. */
  readonly cursor: Scalars['String']['output'];
  /** CloudEvents `data`: details by type. */
  readonly data: Scalars['JSON']['output'];
  /** CloudEvents `datacontenttype`. */
  readonly datacontenttype: Scalars['String']['output'];
  /** CloudEvents `id`, unique for its `source`. */
  readonly id: Scalars['String']['output'];
  /** The job as it stands now. */
  readonly job: Job;
  /** Number within the job, from 1, without gaps. */
  readonly seq: Scalars['Int']['output'];
  /** CloudEvents `source`: the job, as a URI reference. */
  readonly source: Scalars['String']['output'];
  /** CloudEvents `specversion`. */
  readonly specversion: Scalars['String']['output'];
  /** CloudEvents `subject`: the qualified name of the workflow instance in lifecycle events, else the id of the job. */
  readonly subject: Scalars['String']['output'];
  /** JSON pointer of the task it concerns, if any. */
  readonly task: Maybe<Scalars['String']['output']>;
  /** CloudEvents `time`: when it happened. */
  readonly time: Scalars['DateTime']['output'];
  /** CloudEvents type; lifecycle events carry the standard names of the workflow specification. */
  readonly type: Scalars['String']['output'];
};

/** A page of events. */
export type JobEventConnection = {
  readonly __typename?: 'JobEventConnection';
  /** The events with their cursors. */
  readonly edges: ReadonlyArray<JobEventEdge>;
  /** The events alone. */
  readonly nodes: ReadonlyArray<JobEvent>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An event in a page. */
export type JobEventEdge = {
  readonly __typename?: 'JobEventEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: JobEvent;
};

/** Which jobs to list. */
export type JobFilter = {
  /** Only jobs of this agent: `namespace/name`, or the name alone while one agent has it. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /** Only jobs of this batch. */
  readonly batchId?: InputMaybe<Scalars['ID']['input']>;
  /** Only jobs submitted before this time. */
  readonly createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only jobs submitted at this time or later. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only jobs that ended before this time. */
  readonly finishedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only jobs that ended at this time or later. */
  readonly finishedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only jobs whose id begins so: 4 to 36 characters, dashes may be left out. */
  readonly idPrefix?: InputMaybe<Scalars['String']['input']>;
  /** Only the job that was submitted with this key. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Only jobs that have all of these labels, at most 8. */
  readonly labels?: InputMaybe<ReadonlyArray<JobLabelInput>>;
  /** Only jobs that this job started. */
  readonly parentId?: InputMaybe<Scalars['ID']['input']>;
  /** Only jobs of one of these priorities. */
  readonly priorities?: InputMaybe<ReadonlyArray<JobPriority>>;
  /** Only jobs in one of these states. */
  readonly states?: InputMaybe<ReadonlyArray<JobState>>;
  /** Only jobs that this member or key answers for: `<kind>:<id>`, as `Job.submitter` has it. */
  readonly submitter?: InputMaybe<Scalars['String']['input']>;
  /** Only jobs of this version of the agent; together with `agent`. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** A word by which a job is found again. */
export type JobLabel = {
  readonly __typename?: 'JobLabel';
  /** Letters, digits, dots, slashes, dashes and underscores, 1 to 63 characters; once in a job. */
  readonly key: Scalars['String']['output'];
  /** At most 200 characters. */
  readonly value: Scalars['String']['output'];
};

/** A label of a job. */
export type JobLabelInput = {
  /** Letters, digits, dots, slashes, dashes and underscores, 1 to 63 characters. */
  readonly key: Scalars['String']['input'];
  /** At most 200 characters, no control characters. */
  readonly value: Scalars['String']['input'];
};

/** By which time jobs are listed. */
export type JobOrder =
  /** Oldest first. */
  | 'CREATED_ASC'
  /** Newest first. */
  | 'CREATED_DESC'
  /** What ended first first; only jobs that have ended. */
  | 'FINISHED_ASC'
  /** What ended last first; only jobs that have ended. */
  | 'FINISHED_DESC';

/** A chain of steps from the submit of a job to its end: had one of them been shorter, so had the job, until another branch decides. */
export type JobPath = {
  readonly __typename?: 'JobPath';
  /** How many there are, with those that are not listed. */
  readonly stepCount: Scalars['Int']['output'];
  /** The 100 longest that took time, in order. */
  readonly steps: ReadonlyArray<JobPathStep>;
};

/** A stretch of the critical path: one step, or what a step or the job itself took between its parts, such as the pause before a retry or a queue. */
export type JobPathStep = {
  readonly __typename?: 'JobPathStep';
  /** How long it took. */
  readonly durationMs: Scalars['Float']['output'];
  /** Key of the step, as of JobStep; empty for the job itself. */
  readonly key: Scalars['String']['output'];
  /** Kind of the task, e.g. call, wait or fork, or `job`. */
  readonly kind: Scalars['String']['output'];
  /** Name of the task; null for the job itself. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** JSON pointer of the task in the definition; null for the job itself. */
  readonly task: Maybe<Scalars['String']['output']>;
  /** How much of that it waited: for a time, an event, a decision, a child, or a worker after that. */
  readonly waitedMs: Scalars['Float']['output'];
};

/** Answer to a mutation that steers one job. */
export type JobPayload = {
  readonly __typename?: 'JobPayload';
  /** The job. */
  readonly job: Maybe<Job>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** How soon a job is claimed: before older ones of lower priority. It gives its tenant no greater share, and nothing starves. */
export type JobPriority =
  /** One minute ahead. */
  | 'HIGH'
  /** Ten minutes behind. */
  | 'LOW'
  /** As it came. */
  | 'NORMAL'
  /** Ten minutes ahead. */
  | 'URGENT';

/** A rendered result. */
export type JobResult = {
  readonly __typename?: 'JobResult';
  /** The rendered text. */
  readonly content: Scalars['String']['output'];
  /** Media type of the content. */
  readonly contentType: Scalars['String']['output'];
  /** The format. */
  readonly format: ResultFormat;
  /** The locale of the template that was used; null when templates have none. */
  readonly locale: Maybe<Scalars['String']['output']>;
};

/** How long jobs that are over are kept, and what has been forgotten. */
export type JobRetention = {
  readonly __typename?: 'JobRetention';
  /** Days that a job is kept after its end, and after that of the month in which it was submitted; null for ever. */
  readonly days: Maybe<Scalars['Int']['output']>;
  /** How many jobs were forgotten. */
  readonly forgotten: Scalars['String']['output'];
  /** When jobs were forgotten last. */
  readonly forgottenAt: Maybe<Scalars['DateTime']['output']>;
};

/** Answer to setJobRetention. */
export type JobRetentionPayload = {
  readonly __typename?: 'JobRetentionPayload';
  /** As it is now. */
  readonly retention: Maybe<JobRetention>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Where a job stands. */
export type JobState =
  /** Ended by a caller. */
  | 'CANCELLED'
  /** The platform gave up; see error. It can be redriven. */
  | 'DEAD'
  /** Ended because its definition raised an error. */
  | 'FAILED'
  /** Stopped by a caller until resumed. */
  | 'PAUSED'
  /** Waits for a worker. */
  | 'QUEUED'
  /** A worker runs it. */
  | 'RUNNING'
  /** Ended with an output. */
  | 'SUCCEEDED'
  /** Sleeps on a timer, an event, an approval or a child; it holds no worker. */
  | 'WAITING';

/** How many jobs are in a state. */
export type JobStateCount = {
  readonly __typename?: 'JobStateCount';
  /** How many. */
  readonly count: Scalars['Int']['output'];
  /** The state. */
  readonly state: JobState;
};

/** One execution of a task. */
export type JobStep = {
  readonly __typename?: 'JobStep';
  /** Why it faulted. */
  readonly error: Maybe<JobError>;
  /** When it ended. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What the task was given, without the values of secrets; what is longer than some 2,000 characters is cut. Null when it was skipped or has not begun. */
  readonly input: Maybe<Scalars['JSON']['output']>;
  /** Stable within the job: task pointer, iterations and attempt. */
  readonly key: Scalars['String']['output'];
  /** Name of the task. */
  readonly name: Scalars['String']['output'];
  /** What it came to, cut in the same way; null while it is not completed. */
  readonly output: Maybe<Scalars['JSON']['output']>;
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** Where it stands. */
  readonly state: StepState;
  /** JSON pointer of the task in the definition. */
  readonly task: Scalars['String']['output'];
};

/** A page of steps. */
export type JobStepConnection = {
  readonly __typename?: 'JobStepConnection';
  /** The steps with their cursors. */
  readonly edges: ReadonlyArray<JobStepEdge>;
  /** The steps alone. */
  readonly nodes: ReadonlyArray<JobStep>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A step in a page. */
export type JobStepEdge = {
  readonly __typename?: 'JobStepEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The step. */
  readonly node: JobStep;
};

/** Where the time of a job went, in milliseconds. Queued, ran, waited and stopped add up to the total. */
export type JobTiming = {
  readonly __typename?: 'JobTiming';
  /** What those took, added up, also where they were made at once. */
  readonly callMs: Scalars['Float']['output'];
  /** Calls of integrations, without those that you do not reach. */
  readonly calls: Scalars['Int']['output'];
  /** The steps that decided how long it took, up to now while it is not over. Of at most 1,000,000 events. */
  readonly criticalPath: Maybe<JobPath>;
  /** Ready, and no worker had it: for want of one, or at a limit of its agent. After a loss or a pause until it tells the next thing. */
  readonly queuedMs: Scalars['Float']['output'];
  /** A worker had it. */
  readonly ranMs: Scalars['Float']['output'];
  /** Somebody had paused it, or it was over until it was redriven. */
  readonly stoppedMs: Scalars['Float']['output'];
  /** From the submit to the end, or to now. */
  readonly totalMs: Scalars['Float']['output'];
  /** It slept on a timer, an event, an approval, a child or the pause before a retry, and held no worker. */
  readonly waitedMs: Scalars['Float']['output'];
};

/** A mark, by which roles of a tenant may be limited. */
export type Label = {
  readonly __typename?: 'Label';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** What it says. */
  readonly value: Scalars['String']['output'];
};

export type Member = Node & {
  readonly __typename?: 'Member';
  readonly id: Scalars['ID']['output'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Stops an agent from taking jobs; running ones go on. */
  readonly archiveAgent: ArchiveAgentPayload;
  /** Starts the jobs of ticks in the past; a tick that has its job starts no other. Needs JOBS_SUBMIT as well. */
  readonly backfillSchedule: BackfillSchedulePayload;
  /** Has past jobs of an agent played by a definition, with what was recorded of them. Nothing is sent. */
  readonly backtestDefinition: BacktestPayload;
  /** Ends a backtest; what was found until then stays. */
  readonly cancelBacktest: BacktestPayload;
  /** Ends a bulk operation after the chunk under way; what is done stays done. */
  readonly cancelBulkOperation: BulkOperationPayload;
  /** Ends a job; one whose document says how to undo what it did does that first, and is CANCELLED then. */
  readonly cancelJob: JobPayload;
  /** Ends all jobs that a filter shows, as a bulk operation. */
  readonly cancelJobs: BulkPayload;
  /** Makes an address by which one member decides one approval, once, without signing in. Needs APPROVALS_LINK: whoever has the address decides as that member. */
  readonly createDecisionLink: CreateDecisionLinkPayload;
  /** Lets somebody decide approvals in the caller's place for a time. */
  readonly createDelegation: DelegationPayload;
  /** Takes signed webhooks of an outside system from now on. Needs JOBS_OPERATE as well, as each becomes an event. */
  readonly createInboundWebhook: InboundWebhookSecretPayload;
  /** Starts jobs of an agent by itself from now on, for which the caller answers. Needs JOBS_SUBMIT as well. */
  readonly createSchedule: SchedulePayload;
  /** Has events told to an address from now on. Needs JOBS_READ as well, as whoever is told of jobs reads them. */
  readonly createWebhook: WebhookSecretPayload;
  /** Decides an approval; the first decision stands. */
  readonly decideApproval: DecideApprovalPayload;
  /** What the gateway asks for who decides by a link. Nobody else may ask it. */
  readonly decideByLink: DecideByLinkPayload;
  /** Removes an inbound webhook; events that came stay. */
  readonly deleteInboundWebhook: InboundWebhookPayload;
  /** Removes a schedule; jobs that it has started go on. */
  readonly deleteSchedule: SchedulePayload;
  /** Destroys a secret. */
  readonly deleteSecret: SecretPayload;
  /** Removes a webhook with its deliveries. */
  readonly deleteWebhook: WebhookPayload;
  /** Ends a delegation before its time: who gave it, who got it, and who has ACCESS_MANAGE. */
  readonly endDelegation: DelegationPayload;
  /** Stops a job until it is resumed. */
  readonly pauseJob: JobPayload;
  /** Stops all jobs that a filter shows, as a bulk operation. */
  readonly pauseJobs: BulkPayload;
  /** Lets a schedule start nothing until it is resumed. */
  readonly pauseSchedule: SchedulePayload;
  /** Publishes a definition as the next version of its agent. */
  readonly publishAgent: PublishAgentPayload;
  /** What the gateway hands on of what a sender posted to an inbound webhook; nobody else may ask it. */
  readonly receiveWebhook: ReceivedWebhook;
  /** Delivers once more, under the same id. */
  readonly redeliverWebhook: WebhookDeliveryPayload;
  /** Starts an ended job again; redrivePlan tells what that will do. */
  readonly redriveJob: JobPayload;
  /** Starts all ended jobs that a filter shows again, as a bulk operation. */
  readonly redriveJobs: BulkPayload;
  /** Lets an agent that the platform has paused take jobs again; its paused jobs go on. */
  readonly resumeAgent: ResumeAgentPayload;
  /** Lets a paused job go on. */
  readonly resumeJob: JobPayload;
  /** Lets all paused jobs that a filter shows go on, as a bulk operation. */
  readonly resumeJobs: BulkPayload;
  /** Lets a paused schedule go on; what it missed is not made up for. The caller answers for its jobs. Needs JOBS_SUBMIT as well. */
  readonly resumeSchedule: SchedulePayload;
  /** Takes a decision link back; one that was used stays so. Needs APPROVALS_LINK. */
  readonly revokeDecisionLink: RevokeDecisionLinkPayload;
  /** Gives an inbound webhook a new secret; the one before stays live for a while. Needs JOBS_OPERATE as well. */
  readonly rotateInboundWebhookSecret: InboundWebhookSecretPayload;
  /** Gives a webhook a new secret; the one before stays live for a while. */
  readonly rotateWebhookSecret: WebhookSecretPayload;
  /** Submits a job and waits for its end or the deadline. */
  readonly runJob: RunJobPayload;
  /** Hands an event to the jobs and schedules that listen for it, and keeps it for jobs under way that will. */
  readonly sendEvent: SendEventPayload;
  /** Sets for how long jobs that are over are kept with what they left. A month goes as a whole where nobody keeps anything of it; nothing goes while a legal hold is placed. */
  readonly setJobRetention: JobRetentionPayload;
  /** Stores a secret under its name; the value before is destroyed. */
  readonly setSecret: SecretPayload;
  /** Submits a job; it is durable when this answers. */
  readonly submitJob: SubmitJobPayload;
  /** Submits up to 10000 jobs as a batch; they are taken up while the rest is still coming in. */
  readonly submitJobs: SubmitJobsPayload;
  /** Sends a webhook a ping, once. */
  readonly testWebhook: WebhookDeliveryPayload;
  /** Starts one job of a schedule now; its next tick stays where it is. Needs JOBS_SUBMIT as well. */
  readonly triggerSchedule: JobPayload;
  /** Takes back what the caller has decided, as long as the call of the approval (`undo`) lets them. */
  readonly undoDecision: UndoDecisionPayload;
  /** Changes an inbound webhook. Needs JOBS_OPERATE as well. */
  readonly updateInboundWebhook: InboundWebhookPayload;
  /** Changes a schedule, for whose jobs the caller answers from then on. Needs JOBS_SUBMIT as well. */
  readonly updateSchedule: SchedulePayload;
  /** Changes which agents may use a secret; its value stays. */
  readonly updateSecret: SecretPayload;
  /** Changes a webhook. Needs JOBS_READ as well. */
  readonly updateWebhook: WebhookPayload;
  /** What the gateway asks for who opened a decision link; null for one that is not good. Nobody else may ask it. */
  readonly viewDecisionLink: Maybe<DecisionLinkView>;
};


export type MutationArchiveAgentArgs = {
  input: ArchiveAgentInput;
};


export type MutationBackfillScheduleArgs = {
  input: BackfillScheduleInput;
};


export type MutationBacktestDefinitionArgs = {
  input: BacktestDefinitionInput;
};


export type MutationCancelBacktestArgs = {
  input: CancelBacktestInput;
};


export type MutationCancelBulkOperationArgs = {
  input: CancelBulkOperationInput;
};


export type MutationCancelJobArgs = {
  input: CancelJobInput;
};


export type MutationCancelJobsArgs = {
  input: CancelJobsInput;
};


export type MutationCreateDecisionLinkArgs = {
  input: CreateDecisionLinkInput;
};


export type MutationCreateDelegationArgs = {
  input: CreateDelegationInput;
};


export type MutationCreateInboundWebhookArgs = {
  input: CreateInboundWebhookInput;
};


export type MutationCreateScheduleArgs = {
  input: CreateScheduleInput;
};


export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


export type MutationDecideApprovalArgs = {
  input: DecideApprovalInput;
};


export type MutationDecideByLinkArgs = {
  input: DecideByLinkInput;
};


export type MutationDeleteInboundWebhookArgs = {
  input: DeleteInboundWebhookInput;
};


export type MutationDeleteScheduleArgs = {
  input: DeleteScheduleInput;
};


export type MutationDeleteSecretArgs = {
  input: DeleteSecretInput;
};


export type MutationDeleteWebhookArgs = {
  input: DeleteWebhookInput;
};


export type MutationEndDelegationArgs = {
  input: EndDelegationInput;
};


export type MutationPauseJobArgs = {
  input: PauseJobInput;
};


export type MutationPauseJobsArgs = {
  input: PauseJobsInput;
};


export type MutationPauseScheduleArgs = {
  input: PauseScheduleInput;
};


export type MutationPublishAgentArgs = {
  input: PublishAgentInput;
};


export type MutationReceiveWebhookArgs = {
  input: ReceiveWebhookInput;
};


export type MutationRedeliverWebhookArgs = {
  input: RedeliverWebhookInput;
};


export type MutationRedriveJobArgs = {
  input: RedriveJobInput;
};


export type MutationRedriveJobsArgs = {
  input: RedriveJobsInput;
};


export type MutationResumeAgentArgs = {
  input: ResumeAgentInput;
};


export type MutationResumeJobArgs = {
  input: ResumeJobInput;
};


export type MutationResumeJobsArgs = {
  input: ResumeJobsInput;
};


export type MutationResumeScheduleArgs = {
  input: ResumeScheduleInput;
};


export type MutationRevokeDecisionLinkArgs = {
  input: RevokeDecisionLinkInput;
};


export type MutationRotateInboundWebhookSecretArgs = {
  input: RotateInboundWebhookSecretInput;
};


export type MutationRotateWebhookSecretArgs = {
  input: RotateWebhookSecretInput;
};


export type MutationRunJobArgs = {
  input: RunJobInput;
};


export type MutationSendEventArgs = {
  input: SendEventInput;
};


export type MutationSetJobRetentionArgs = {
  input: SetJobRetentionInput;
};


export type MutationSetSecretArgs = {
  input: SetSecretInput;
};


export type MutationSubmitJobArgs = {
  input: SubmitJobInput;
};


export type MutationSubmitJobsArgs = {
  input: SubmitJobsInput;
};


export type MutationTestWebhookArgs = {
  input: TestWebhookInput;
};


export type MutationTriggerScheduleArgs = {
  input: TriggerScheduleInput;
};


export type MutationUndoDecisionArgs = {
  input: UndoDecisionInput;
};


export type MutationUpdateInboundWebhookArgs = {
  input: UpdateInboundWebhookInput;
};


export type MutationUpdateScheduleArgs = {
  input: UpdateScheduleInput;
};


export type MutationUpdateSecretArgs = {
  input: UpdateSecretInput;
};


export type MutationUpdateWebhookArgs = {
  input: UpdateWebhookInput;
};


export type MutationViewDecisionLinkArgs = {
  input: ViewDecisionLinkInput;
};

/** What has an id under which it is found again, whichever kind of thing it is. */
export type Node = {
  /** No two things have the same, of whatever kind. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page stands in its connection, by the Relay specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Cursor of the last edge, null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** True when more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** True when some precede. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge, null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** Which job to pause. */
export type PauseJobInput = {
  /** Id of the job. */
  readonly id: Scalars['ID']['input'];
};

/** Which jobs to pause. */
export type PauseJobsInput = {
  /** True to count the jobs and do nothing. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The jobs, out of those that are under way; something has to be said. */
  readonly filter: JobFilter;
  /** The most jobs that may be acted upon, at most 100,000; when more match, nothing is done. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
};

/** Which schedule to pause. */
export type PauseScheduleInput = {
  /** Id of the schedule. */
  readonly id: Scalars['ID']['input'];
  /** Why, for the log and for who looks at it. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** When jobs would start: one of cron, every and after. */
export type PreviewScheduleInput = {
  /** The time from the end of a job to the next one, ISO 8601. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** Five fields, six with seconds before them, or a nickname such as `@daily`; `CRON_TZ=<zone>` may stand in front. */
  readonly cron?: InputMaybe<Scalars['String']['input']>;
  /** The time between two ticks, ISO 8601, e.g. PT15M. */
  readonly every?: InputMaybe<Scalars['String']['input']>;
  /** Days on which it starts nothing, e.g. `2026-12-24`; at most 366. */
  readonly exceptDates?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** How many moments to answer, at most 20. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** What becomes of a local time that clocks show twice. */
  readonly onRepeatedTime?: InputMaybe<RepeatedTime>;
  /** What becomes of a local time that clocks skip. */
  readonly onSkippedTime?: InputMaybe<SkippedTime>;
  /** Time zone of the expression and of `exceptDates`, e.g. Europe/Berlin. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
};

/** A definition to publish. */
export type PublishAgentInput = {
  /** Open Workflow document, YAML or JSON. `document.name` is the agent's name. */
  readonly definition: Scalars['String']['input'];
};

/** Answer to publishAgent. */
export type PublishAgentPayload = {
  readonly __typename?: 'PublishAgentPayload';
  /** The agent. */
  readonly agent: Maybe<Agent>;
  /** What the linter says; errors are in userErrors as well. */
  readonly findings: ReadonlyArray<Finding>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** The new version; the current one when the document has not changed. */
  readonly version: Maybe<AgentVersion>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** An agent by id, or by name and namespace; null when it does not exist. A name alone, or `namespace/name`, will do as name: CONFLICT tells the candidates when several agents have it. */
  readonly agent: Maybe<Agent>;
  /** Agents, by name, then by namespace. */
  readonly agents: AgentConnection;
  /** Approvals, newest first; `mine: true` only those that the caller may decide now, or take a decision back of. */
  readonly approvals: ApprovalConnection;
  /** A backtest; null when it does not exist. */
  readonly backtest: Maybe<Backtest>;
  /** Backtests, newest first. */
  readonly backtests: BacktestConnection;
  /** A bulk operation; null when it does not exist. */
  readonly bulkOperation: Maybe<BulkOperation>;
  /** Bulk operations, newest first. */
  readonly bulkOperations: BulkOperationConnection;
  /** The links by which an approval may be decided or was, newest first. Needs APPROVALS_LINK. */
  readonly decisionLinks: ReadonlyArray<DecisionLink>;
  /** Delegations that the caller gave or got, newest first; `all: true` those of everybody (ACCESS_READ), `live: false` also those that are over. */
  readonly delegations: DelegationConnection;
  /** An inbound webhook; null when it does not exist. */
  readonly inboundWebhook: Maybe<InboundWebhook>;
  /** Inbound webhooks, oldest first. */
  readonly inboundWebhooks: InboundWebhookConnection;
  /** A job; null when it does not exist. */
  readonly job: Maybe<Job>;
  /** Jobs that were submitted together; null when there is no such batch. Its jobs: `jobs(filter: { batchId })`. */
  readonly jobBatch: Maybe<JobBatch>;
  /** How long jobs that are over are kept, and what has been forgotten. */
  readonly jobRetention: JobRetention;
  /** Jobs, newest first unless another order is asked for. */
  readonly jobs: JobConnection;
  /** A thing by its id alone; null when the tenant has none of this id, or the caller may not read it. */
  readonly node: Maybe<Node>;
  /** Up to 100 things by their ids, in the order asked for; null for each that `node` does not find. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** When a schedule would be due, and what becomes of it as clocks change; nothing is kept. */
  readonly previewSchedule: SchedulePreview;
  /** The state of the tenant's queue. */
  readonly queue: QueueStats;
  /** What redriving a job would do; nothing is changed. */
  readonly redrivePlan: RedrivePlan;
  /** A schedule; null when it does not exist. */
  readonly schedule: Maybe<Schedule>;
  /** Schedules, also those in documents, oldest first. */
  readonly schedules: ScheduleConnection;
  /** Secrets by name, without their values. */
  readonly secrets: SecretConnection;
  /** Checks a definition without publishing it. */
  readonly validateDefinition: DefinitionReport;
  /** A webhook; null when it does not exist. */
  readonly webhook: Maybe<Webhook>;
  /** A delivery; null when it does not exist, or not any more. */
  readonly webhookDelivery: Maybe<WebhookDelivery>;
  /** Webhooks, oldest first. */
  readonly webhooks: WebhookConnection;
};


export type QueryAgentArgs = {
  id: InputMaybe<Scalars['ID']['input']>;
  name: InputMaybe<Scalars['String']['input']>;
  namespace: InputMaybe<Scalars['String']['input']>;
};


export type QueryAgentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  includeArchived?: InputMaybe<Scalars['Boolean']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryApprovalsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  mine?: InputMaybe<Scalars['Boolean']['input']>;
  state?: InputMaybe<ApprovalState>;
};


export type QueryBacktestArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBacktestsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryBulkOperationArgs = {
  id: Scalars['ID']['input'];
};


export type QueryBulkOperationsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryDecisionLinksArgs = {
  approvalId: Scalars['ID']['input'];
};


export type QueryDelegationsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  all?: InputMaybe<Scalars['Boolean']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  live?: InputMaybe<Scalars['Boolean']['input']>;
};


export type QueryInboundWebhookArgs = {
  id: Scalars['ID']['input'];
};


export type QueryInboundWebhooksArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


export type QueryJobBatchArgs = {
  id: Scalars['ID']['input'];
};


export type QueryJobsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<JobFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<JobOrder>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


export type QueryPreviewScheduleArgs = {
  input: PreviewScheduleInput;
};


export type QueryRedrivePlanArgs = {
  from?: InputMaybe<RedriveFrom>;
  input: InputMaybe<Scalars['JSON']['input']>;
  jobId: Scalars['ID']['input'];
  task: InputMaybe<Scalars['String']['input']>;
};


export type QueryScheduleArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySchedulesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<ScheduleFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QuerySecretsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryValidateDefinitionArgs = {
  definition: Scalars['String']['input'];
};


export type QueryWebhookArgs = {
  id: Scalars['ID']['input'];
};


export type QueryWebhookDeliveryArgs = {
  id: Scalars['ID']['input'];
};


export type QueryWebhooksArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** The queued jobs of a priority. */
export type QueuePriorityStats = {
  readonly __typename?: 'QueuePriorityStats';
  /** Age of the oldest, seconds; 0 when there is none. */
  readonly oldestQueuedSeconds: Scalars['Float']['output'];
  /** The priority. */
  readonly priority: JobPriority;
  /** How many. */
  readonly queued: Scalars['Int']['output'];
};

/** How many jobs are in each state, and how far the queue is behind. */
export type QueueStats = {
  readonly __typename?: 'QueueStats';
  /** Agents with jobs that are not over, those with most queued ones first; at most 100. */
  readonly agents: ReadonlyArray<AgentQueueStats>;
  /** Jobs in the dead-letter set. */
  readonly dead: Scalars['Int']['output'];
  /** Jobs that ended in the last minute, counted to 100,000. */
  readonly finishedPerMinute: Scalars['Int']['output'];
  /** How long half of the last 1,000 jobs that ended had been ready at most before they began; null when none has ended. */
  readonly lagP50Seconds: Maybe<Scalars['Float']['output']>;
  /** The same of 95 in 100. */
  readonly lagP95Seconds: Maybe<Scalars['Float']['output']>;
  /** Of the queued jobs, those that wait at a limit of their agent and for no worker. */
  readonly limited: Scalars['Int']['output'];
  /** Age of the oldest queued job, seconds; 0 when none is queued. */
  readonly oldestQueuedSeconds: Scalars['Float']['output'];
  /** Jobs that are paused. */
  readonly paused: Scalars['Int']['output'];
  /** The queued jobs by priority, from LOW to URGENT. */
  readonly priorities: ReadonlyArray<QueuePriorityStats>;
  /** Jobs that wait for a worker. */
  readonly queued: Scalars['Int']['output'];
  /** Jobs that run. */
  readonly running: Scalars['Int']['output'];
  /** Jobs that sleep. */
  readonly waiting: Scalars['Int']['output'];
  /** Workers that run jobs of the tenant, those with most first; at most 100. */
  readonly workers: ReadonlyArray<QueueWorker>;
};


/** How many jobs are in each state, and how far the queue is behind. */
export type QueueStatsAgentsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A worker that runs jobs of the tenant. */
export type QueueWorker = {
  readonly __typename?: 'QueueWorker';
  /** Its id, a new one after each start. */
  readonly id: Scalars['String']['output'];
  /** Those of them that began first, at most 10. */
  readonly jobs: ReadonlyArray<Job>;
  /** When another one may take the first of them, unless this one says meanwhile that it lives. */
  readonly leaseUntil: Scalars['DateTime']['output'];
  /** How many of the tenant's jobs it runs. */
  readonly running: Scalars['Int']['output'];
};

/** A message as a sender posted it. */
export type ReceiveWebhookInput = {
  /** The body in base64. */
  readonly body: Scalars['String']['input'];
  /** Headers by their names in lower case, as texts. */
  readonly headers: Scalars['JSON']['input'];
};

/** What a sender is told. */
export type ReceivedWebhook = {
  readonly __typename?: 'ReceivedWebhook';
  /** Plain text. */
  readonly body: Scalars['String']['output'];
  /** HTTP status. */
  readonly status: Scalars['Int']['output'];
};

/** Which delivery to make again. */
export type RedeliverWebhookInput = {
  /** Id of the delivery. */
  readonly id: Scalars['ID']['input'];
};

/** A result in the journal of a job. */
export type RedriveEntry = {
  readonly __typename?: 'RedriveEntry';
  /** True for a result, false for an error. */
  readonly isSuccess: Scalars['Boolean']['output'];
  /** Unique in the job: the pointer with iterations and attempts. */
  readonly key: Scalars['String']['output'];
  /** What it is of. */
  readonly kind: RedriveEntryKind;
  /** JSON pointer of the task. */
  readonly task: Scalars['String']['output'];
};

/** What a result in a job's journal is of. */
export type RedriveEntryKind =
  /** A human decision. */
  | 'APPROVAL'
  /** A job that was started and waited for. */
  | 'CHILD'
  /** A call, an emitted event or a document that was fetched. */
  | 'EFFECT'
  /** An event that was received. */
  | 'EVENT'
  /** A moment that was waited for. */
  | 'TIMER';

/** Where a redrive begins. */
export type RedriveFrom =
  /** At what led to the failure; all else is kept. A job that was cancelled or died goes on where it stood. */
  | 'FAILURE'
  /** At the beginning: nothing is kept but the events that were received. */
  | 'START'
  /** At a step, or the first execution of a task: it and what came after it on its branch happen again. */
  | 'TASK';

/** Which job to start again. */
export type RedriveJobInput = {
  /** Where it begins. */
  readonly from?: InputMaybe<RedriveFrom>;
  /** Id of a job that is FAILED, CANCELLED or DEAD. */
  readonly id: Scalars['ID']['input'];
  /** With START, takes the place of what was submitted; with TASK, of what the task got from before. Checked like it. */
  readonly input?: InputMaybe<Scalars['JSON']['input']>;
  /** JSON pointer or name of the task to begin at, for its first execution, or the key of a step; with TASK only. */
  readonly task?: InputMaybe<Scalars['String']['input']>;
};

/** Which jobs to start again. */
export type RedriveJobsInput = {
  /** True to count the jobs and do nothing. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The jobs, out of those that are FAILED, CANCELLED or DEAD; something has to be said. */
  readonly filter: JobFilter;
  /** Where each begins: FAILURE or START. */
  readonly from?: InputMaybe<RedriveFrom>;
  /** The most jobs that may be acted upon, at most 100,000; when more match, nothing is done. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
};

/** What redriveJob would do with the same arguments. */
export type RedrivePlan = {
  readonly __typename?: 'RedrivePlan';
  /** Results that are taken away, so that what they are of happens again; the first thousand. */
  readonly again: ReadonlyArray<RedriveEntry>;
  /** How many results are taken away. */
  readonly againCount: Scalars['Int']['output'];
  /** The job. */
  readonly job: Job;
  /** Results that are kept, the first thousand. */
  readonly kept: ReadonlyArray<RedriveEntry>;
  /** How many results are kept. */
  readonly keptCount: Scalars['Int']['output'];
  /** What to know before, e.g. that something which succeeded happens again. */
  readonly warnings: ReadonlyArray<Scalars['String']['output']>;
};

/** What becomes of a local time that clocks show twice as they are put back. */
export type RepeatedTime =
  /** It is due at the first. */
  | 'ONCE'
  /** It is not due on that day. */
  | 'SKIP'
  /** It is due at both. */
  | 'TWICE';

/** How a result is rendered. */
export type ResultFormat =
  /** Comma-separated values, safe for spreadsheets. */
  | 'CSV'
  /** HTML, escaped. */
  | 'HTML'
  /** The agent's json template, or the output as it is. */
  | 'JSON'
  /** Markdown. */
  | 'MARKDOWN'
  /** Plain text. */
  | 'TEXT'
  /** XML, escaped. */
  | 'XML';

/** Which paused agent to resume. */
export type ResumeAgentInput = {
  /** Id of the agent. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to resumeAgent. */
export type ResumeAgentPayload = {
  readonly __typename?: 'ResumeAgentPayload';
  /** The agent. */
  readonly agent: Maybe<Agent>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which job to resume. */
export type ResumeJobInput = {
  /** Id of the job. */
  readonly id: Scalars['ID']['input'];
};

/** Which jobs to resume. */
export type ResumeJobsInput = {
  /** True to count the jobs and do nothing. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** The jobs, out of those that are paused; something has to be said. */
  readonly filter: JobFilter;
  /** The most jobs that may be acted upon, at most 100,000; when more match, nothing is done. */
  readonly max?: InputMaybe<Scalars['Int']['input']>;
};

/** Which schedule to resume. */
export type ResumeScheduleInput = {
  /** Id of the schedule. */
  readonly id: Scalars['ID']['input'];
};

/** Which decision link to take back. */
export type RevokeDecisionLinkInput = {
  /** Id of the link. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to revokeDecisionLink. */
export type RevokeDecisionLinkPayload = {
  readonly __typename?: 'RevokeDecisionLinkPayload';
  /** The link. */
  readonly decisionLink: Maybe<DecisionLink>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which inbound webhook gets a new secret. */
export type RotateInboundWebhookSecretInput = {
  /** Id of the inbound webhook. */
  readonly id: Scalars['ID']['input'];
  /** How long signatures by the secret before are taken as well, seconds, at most a week. */
  readonly overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The secret, where the sender makes it; left out: one is made and shown once. */
  readonly secret?: InputMaybe<Scalars['String']['input']>;
};

/** Which webhook gets a new secret. */
export type RotateWebhookSecretInput = {
  /** Id of the webhook. */
  readonly id: Scalars['ID']['input'];
  /** How long deliveries are signed by the secret before as well, seconds, at most a week. */
  readonly overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** A job to submit and wait for. */
export type RunJobInput = {
  /** The job. */
  readonly job: SubmitJobInput;
  /** How long to wait for its end, milliseconds, 1 to 60000. */
  readonly timeoutMs?: InputMaybe<Scalars['Int']['input']>;
};

/** Answer to runJob. */
export type RunJobPayload = {
  readonly __typename?: 'RunJobPayload';
  /** False when the idempotency key was known. */
  readonly isNew: Scalars['Boolean']['output'];
  /** The job; still running when the wait ended first. */
  readonly job: Maybe<Job>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What starts jobs of an agent by itself: of its own, with a name, or in the document of the agent. */
export type Schedule = Node & {
  readonly __typename?: 'Schedule';
  /** The time from the end of a job to the next one, ISO 8601, if it goes by that. */
  readonly after: Maybe<Scalars['String']['output']>;
  /** The agent whose jobs it starts. */
  readonly agent: Agent;
  /** What becomes of ticks that were missed. */
  readonly catchUp: ScheduleCatchUp;
  /** How far back ALL goes, milliseconds. */
  readonly catchUpWindowMs: Scalars['Float']['output'];
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The expression it goes by, if it does by one. */
  readonly cron: Maybe<Scalars['String']['output']>;
  /** What it is for. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The time between two ticks, ISO 8601, if it goes by that. */
  readonly every: Maybe<Scalars['String']['output']>;
  /** Days on which it starts nothing, e.g. `2026-12-24`. */
  readonly exceptDates: ReadonlyArray<Scalars['String']['output']>;
  /** Ticks in a row that failed; each waits longer than the one before. */
  readonly failures: Scalars['Int']['output'];
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What its jobs are given. */
  readonly input: Scalars['JSON']['output'];
  /** By at most so much later, at random, each tick is served, milliseconds. */
  readonly jitterMs: Scalars['Int']['output'];
  /** What it goes by. */
  readonly kind: ScheduleKind;
  /** Words by which its jobs are found again, besides those of the document. */
  readonly labels: ReadonlyArray<JobLabel>;
  /** When it started a job last. */
  readonly lastAt: Maybe<Scalars['DateTime']['output']>;
  /** The job that it started last, unless that is deleted. */
  readonly lastJob: Maybe<Job>;
  /** The last tick that started nothing. */
  readonly lastSkip: Maybe<ScheduleSkip>;
  /** Unique in the tenant; null for one that stands in the document of its agent. Its jobs have the label `schedule` with it. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** When it starts the next job; null while it is paused, and while it waits for events or for the end of the job before. */
  readonly nextAt: Maybe<Scalars['DateTime']['output']>;
  /** When it is due next, jitter aside: at most 20 moments. Of one that counts from ends of jobs the next one alone. */
  readonly nextTicks: ReadonlyArray<Scalars['DateTime']['output']>;
  /** Null for the default: ONCE where the expression names its hours, else TWICE. */
  readonly onRepeatedTime: Maybe<RepeatedTime>;
  /** Null for the default: RUN where the expression names its hours, else SKIP. */
  readonly onSkippedTime: Maybe<SkippedTime>;
  /** What becomes of a tick while its last job is not over. */
  readonly overlap: ScheduleOverlap;
  /** Why, if it was said; what the platform stops always says why. */
  readonly pauseReason: Maybe<Scalars['String']['output']>;
  /** When it was paused; null while it goes on. */
  readonly pausedAt: Maybe<Scalars['DateTime']['output']>;
  /** Who paused it; null for the platform. */
  readonly pausedBy: Maybe<Scalars['String']['output']>;
  /** How soon its jobs are claimed. */
  readonly priority: JobPriority;
  /** Who answers for its jobs, as `<kind>:<id>`: whoever created, last changed or resumed it, or published the document. */
  readonly submitter: Maybe<Scalars['String']['output']>;
  /** The property of the input that says for which moment a job starts; null for none. */
  readonly tickAs: Maybe<Scalars['String']['output']>;
  /** Time zone of the expression and of `exceptDates`; null for UTC, or what the expression says itself. */
  readonly timeZone: Maybe<Scalars['String']['output']>;
  /** When it was last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The version that its jobs run; null for the current one at each tick. */
  readonly version: Maybe<AgentVersion>;
  /** A tick that waits for the end of the last job. */
  readonly waitingAt: Maybe<Scalars['DateTime']['output']>;
};


/** What starts jobs of an agent by itself: of its own, with a name, or in the document of the agent. */
export type ScheduleNextTicksArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What becomes of ticks of a schedule that were missed, as no worker ran. */
export type ScheduleCatchUp =
  /** Each starts a job, oldest first, as far back as `catchUpWindow` says and at most 1,000 in a row. */
  | 'ALL'
  /** The last one starts a job. */
  | 'LAST'
  /** They start nothing. */
  | 'NONE';

/** A page of schedules. */
export type ScheduleConnection = {
  readonly __typename?: 'ScheduleConnection';
  /** The schedules with their cursors. */
  readonly edges: ReadonlyArray<ScheduleEdge>;
  /** The schedules alone. */
  readonly nodes: ReadonlyArray<Schedule>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A schedule in a page. */
export type ScheduleEdge = {
  readonly __typename?: 'ScheduleEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The schedule. */
  readonly node: Schedule;
};

/** Which schedules to list; all conditions hold. */
export type ScheduleFilter = {
  /** Of this agent: `namespace/name`, or the name alone while one agent has it. */
  readonly agent?: InputMaybe<Scalars['String']['input']>;
  /** True for those that are paused, false for those that are not. */
  readonly isPaused?: InputMaybe<Scalars['Boolean']['input']>;
  /** With this name. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** What starts jobs of an agent by itself. */
export type ScheduleKind =
  /** A fixed time after the end of the job before. */
  | 'AFTER'
  /** A cron expression; in UTC unless it begins with `CRON_TZ=`. */
  | 'CRON'
  /** A fixed time after the tick before. */
  | 'EVERY'
  /** Events. */
  | 'ON';

/** What becomes of a tick of a schedule while its last job is not over. */
export type ScheduleOverlap =
  /** Its job starts all the same. */
  | 'ALLOW'
  /** It waits for the end; others meanwhile start nothing. */
  | 'BUFFER_ONE'
  /** The last job is cancelled, and the job of the tick starts. */
  | 'CANCEL'
  /** It starts nothing. */
  | 'SKIP';

/** Answer to a mutation of one schedule. */
export type SchedulePayload = {
  readonly __typename?: 'SchedulePayload';
  /** The schedule, as it stands or stood. */
  readonly schedule: Maybe<Schedule>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** When a schedule would be due. */
export type SchedulePreview = {
  readonly __typename?: 'SchedulePreview';
  /** The next times that clocks of its zone are put forward and back, where that matters to it: at most two. */
  readonly clockChanges: ReadonlyArray<ClockChange>;
  /** When it would be due next, jitter aside. Of one that counts from ends of jobs the first one alone. */
  readonly ticks: ReadonlyArray<Scalars['DateTime']['output']>;
  /** What is wrong with it. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A tick that started nothing. */
export type ScheduleSkip = {
  readonly __typename?: 'ScheduleSkip';
  /** When that was found. */
  readonly at: Scalars['DateTime']['output'];
  /** Stable code, listed in docs/errors.md. */
  readonly code: Scalars['String']['output'];
  /** Why. */
  readonly reason: Scalars['String']['output'];
  /** Which one: a moment, for an event its digest. */
  readonly tick: Scalars['String']['output'];
};

/** A value that definitions read as $secrets. It can never be read back. */
export type Secret = {
  readonly __typename?: 'Secret';
  /** Agents that may use it: `namespace.name`, `namespace.*` or `*`. A job of another agent does not get it. */
  readonly agents: ReadonlyArray<Scalars['String']['output']>;
  /** When it was first set. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Name, unique in the tenant; definitions declare it in `use.secrets`. */
  readonly name: Scalars['String']['output'];
  /** When it was last set. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** How many times it was set. */
  readonly version: Scalars['Int']['output'];
};

/** A page of secrets. */
export type SecretConnection = {
  readonly __typename?: 'SecretConnection';
  /** The secrets with their cursors. */
  readonly edges: ReadonlyArray<SecretEdge>;
  /** The secrets alone. */
  readonly nodes: ReadonlyArray<Secret>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A secret in a page. */
export type SecretEdge = {
  readonly __typename?: 'SecretEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The secret. */
  readonly node: Secret;
};

/** Answer to a mutation of one secret. */
export type SecretPayload = {
  readonly __typename?: 'SecretPayload';
  /** The secret, as it stands or stood. */
  readonly secret: Maybe<Secret>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** An event from outside, by CloudEvents 1.0. */
export type SendEventInput = {
  /** Details. */
  readonly data?: InputMaybe<Scalars['JSON']['input']>;
  /** Extension attributes. */
  readonly extensions?: InputMaybe<Scalars['JSON']['input']>;
  /** Identifies the event together with source; a known pair changes nothing. */
  readonly id: Scalars['String']['input'];
  /** Where it came from: a URI reference. */
  readonly source: Scalars['String']['input'];
  /** About what. */
  readonly subject?: InputMaybe<Scalars['String']['input']>;
  /** What happened. */
  readonly type: Scalars['String']['input'];
};

/** Answer to sendEvent. */
export type SendEventPayload = {
  readonly __typename?: 'SendEventPayload';
  /** False when the event was known. */
  readonly isNew: Scalars['Boolean']['output'];
  /** How many jobs it started by schedules. */
  readonly startedJobs: Scalars['Int']['output'];
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** How many jobs got it that were listening, or were busy with the event before and take more. One that begins to listen later and is given it then is not counted. */
  readonly wokenJobs: Scalars['Int']['output'];
};

/** How long jobs that are over are to be kept. */
export type SetJobRetentionInput = {
  /** Days, from 1; absent for ever. */
  readonly days?: InputMaybe<Scalars['Int']['input']>;
};

/** A secret to set. */
export type SetSecretInput = {
  /** Agents that may use it: `namespace.name`, `namespace.*` or `*`. Left out: those it has, which are none if it is new. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Letters, digits, dashes and underscores, 1 to 63 characters. */
  readonly name: Scalars['String']['input'];
  /** A text or an object, at most 64 KiB. */
  readonly value: Scalars['JSON']['input'];
};

/** What becomes of a local time that clocks skip as they are put forward. */
export type SkippedTime =
  /** It is due at the moment of the change. */
  | 'RUN'
  /** It is not due on that day. */
  | 'SKIP';

/** Where one execution of a task stands. */
export type StepState =
  /** It was stopped. */
  | 'CANCELLED'
  /** It ended well. */
  | 'COMPLETED'
  /** It ended with an error. */
  | 'FAULTED'
  /** It runs. */
  | 'RUNNING'
  /** It sleeps. */
  | 'WAITING';

/** A job to submit. */
export type SubmitJobInput = {
  /** The agent: `namespace/name`, or the name alone while one agent has it. */
  readonly agent: Scalars['String']['input'];
  /** Unique in the tenant, 1 to 200 characters, no control characters. The same key with the same job answers the first one's id. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Input for the definition. */
  readonly input?: InputMaybe<Scalars['JSON']['input']>;
  /** Words by which it is found again, at most 16 with those of the document; of one key these go before the document's. */
  readonly labels?: InputMaybe<ReadonlyArray<JobLabelInput>>;
  /** How soon it is claimed. */
  readonly priority?: InputMaybe<JobPriority>;
  /** Not before this time. */
  readonly runAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Version to run; the current one when absent. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** Answer to submitJob. */
export type SubmitJobPayload = {
  readonly __typename?: 'SubmitJobPayload';
  /** False when the idempotency key was known. */
  readonly isNew: Scalars['Boolean']['output'];
  /** The job; the first one when the idempotency key was known. */
  readonly job: Maybe<Job>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Jobs to submit together. */
export type SubmitJobsInput = {
  /** A batch to add them to, which then has at most 100,000; a new one when absent. */
  readonly batchId?: InputMaybe<Scalars['ID']['input']>;
  /** The jobs, 1 to 10000. Refused ones do not hold back the others. */
  readonly jobs: ReadonlyArray<SubmitJobInput>;
};

/** Answer to submitJobs. */
export type SubmitJobsPayload = {
  readonly __typename?: 'SubmitJobsPayload';
  /** The batch that the jobs belong to. */
  readonly batch: Maybe<JobBatch>;
  /** One answer a job, in order; the fields of its errors begin with the job's index. */
  readonly results: ReadonlyArray<SubmitJobPayload>;
  /** Why the whole request was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** Approvals as they are asked for and decided. */
  readonly approvalRequests: ApprovalRequest;
  /** A backtest as it stands, then whenever it has moved. Ends with it. */
  readonly backtestProgress: Backtest;
  /** A bulk operation as it stands, then whenever it has moved. Ends with it. */
  readonly bulkOperationProgress: BulkOperation;
  /** A batch as it stands and whenever its numbers change; ends when all of its jobs are over. */
  readonly jobBatchChanges: JobBatch;
  /** Changes of the tenant's jobs: first what follows the cursor, then live. */
  readonly jobChanges: JobChange;
  /** What happens to one job: first what follows the cursor, then live. Ends with the job. */
  readonly jobEvents: JobEvent;
};


export type SubscriptionApprovalRequestsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
};


export type SubscriptionBacktestProgressArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionBulkOperationProgressArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionJobBatchChangesArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionJobChangesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<JobFilter>;
};


export type SubscriptionJobEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  jobId: Scalars['ID']['input'];
};

export type Tenant = Node & {
  readonly __typename?: 'Tenant';
  readonly id: Scalars['ID']['output'];
};

/** Which webhook to send a ping. */
export type TestWebhookInput = {
  /** Id of the webhook. */
  readonly id: Scalars['ID']['input'];
};

/** Which schedule to start a job of now. */
export type TriggerScheduleInput = {
  /** Id of the schedule. */
  readonly id: Scalars['ID']['input'];
};

/** Which approval the caller takes a decision back of. */
export type UndoDecisionInput = {
  /** Id of the approval. */
  readonly id: Scalars['ID']['input'];
};

/** Answer to undoDecision. */
export type UndoDecisionPayload = {
  readonly __typename?: 'UndoDecisionPayload';
  /** The approval, open again. */
  readonly approval: Maybe<Approval>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes to an inbound webhook; what is left out stays. */
export type UpdateInboundWebhookInput = {
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** All settings of the scheme HMAC. */
  readonly hmac?: InputMaybe<InboundHmacInput>;
  /** Id of the inbound webhook. */
  readonly id: Scalars['ID']['input'];
  /** False refuses everything, true takes messages again. */
  readonly isEnabled?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Changes to a schedule; what is left out stays. One of cron, every and after takes the place of the one before. */
export type UpdateScheduleInput = {
  /** The time from the end of a job to the next one, ISO 8601. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** What becomes of ticks that were missed; LAST unless said. */
  readonly catchUp?: InputMaybe<ScheduleCatchUp>;
  /** How far back ALL goes, ISO 8601, at most P7D; P1D unless said. */
  readonly catchUpWindow?: InputMaybe<Scalars['String']['input']>;
  /** Five fields, six with seconds before them, or a nickname such as `@daily`; `CRON_TZ=<zone>` may stand in front. */
  readonly cron?: InputMaybe<Scalars['String']['input']>;
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The time between two ticks, ISO 8601, e.g. PT15M. */
  readonly every?: InputMaybe<Scalars['String']['input']>;
  /** Days on which it starts nothing, e.g. `2026-12-24`; at most 366. */
  readonly exceptDates?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Id of the schedule. */
  readonly id: Scalars['ID']['input'];
  /** What its jobs are given. */
  readonly input?: InputMaybe<Scalars['JSON']['input']>;
  /** By at most so much later, at random, each tick is served: ISO 8601, at most PT1H. */
  readonly jitter?: InputMaybe<Scalars['String']['input']>;
  /** Words by which its jobs are found again. */
  readonly labels?: InputMaybe<ReadonlyArray<JobLabelInput>>;
  /** What becomes of a local time that clocks show twice. */
  readonly onRepeatedTime?: InputMaybe<RepeatedTime>;
  /** What becomes of a local time that clocks skip. */
  readonly onSkippedTime?: InputMaybe<SkippedTime>;
  /** What becomes of a tick while the last job is not over; ALLOW unless said. */
  readonly overlap?: InputMaybe<ScheduleOverlap>;
  /** How soon its jobs are claimed. */
  readonly priority?: InputMaybe<JobPriority>;
  /** A property of the input that is to say for which moment a job starts. */
  readonly tickAs?: InputMaybe<Scalars['String']['input']>;
  /** Time zone of the expression and of `exceptDates`, e.g. Europe/Berlin. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
  /** True: its jobs run the agent's current version again. */
  readonly usesCurrentVersion?: InputMaybe<Scalars['Boolean']['input']>;
  /** The version that its jobs run; the current one at each tick when absent. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** Which agents may use a secret. */
export type UpdateSecretInput = {
  /** All of them: `namespace.name`, `namespace.*` or `*`. */
  readonly agents: ReadonlyArray<Scalars['String']['input']>;
  /** Its name. */
  readonly name: Scalars['String']['input'];
};

/** Changes to a webhook; what is left out stays. */
export type UpdateWebhookInput = {
  /** All agents whose jobs it is told of. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** What it is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** All types of events it is told of. */
  readonly events?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Id of the webhook. */
  readonly id: Scalars['ID']['input'];
  /** False stops deliveries, true lets them go on with what waited and what happens from then on. */
  readonly isEnabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** Where deliveries are posted to. */
  readonly url?: InputMaybe<Scalars['String']['input']>;
};

/** Why a mutation was refused. Nothing was changed. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** Stable code, listed in docs/errors.md; business rules of an agent carry their own codes. */
  readonly code: Scalars['String']['output'];
  /** Path of the argument at fault, dots and indexes; empty for the request as a whole. */
  readonly field: Scalars['String']['output'];
  /** What is wrong and what to do. */
  readonly message: Scalars['String']['output'];
};

/** A decision link as its holder presents it. */
export type ViewDecisionLinkInput = {
  /** The secret of the link. */
  readonly secret: Scalars['String']['input'];
};

/** An address that is told of events of jobs, see docs/webhooks.md. Its signing secret can never be read back. */
export type Webhook = Node & {
  readonly __typename?: 'Webhook';
  /** Agents whose jobs it is told of: `namespace.name`, `namespace.*` or `*`. */
  readonly agents: ReadonlyArray<Scalars['String']['output']>;
  /** When it was created. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Deliveries, newest first; those that are over are kept for 14 days. */
  readonly deliveries: WebhookDeliveryConnection;
  /** What it is for. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** When it was disabled. */
  readonly disabledAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it is disabled: by a caller, or by the platform after an answer 410 or days of failures. */
  readonly disabledReason: Maybe<Scalars['String']['output']>;
  /** Types of events it is told of; with `*` behind, all that begin so. */
  readonly events: ReadonlyArray<Scalars['String']['output']>;
  /** Since when every try has failed; null while it answers well. */
  readonly failingSince: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** False when nothing is delivered; what had become of it is kept. */
  readonly isEnabled: Scalars['Boolean']['output'];
  /** Until when deliveries are signed by the secret before as well; null when it is no longer live. */
  readonly previousSecretUntil: Maybe<Scalars['DateTime']['output']>;
  /** How many secrets it has had. */
  readonly secretVersion: Scalars['Int']['output'];
  /** When it was last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** Where deliveries are posted to. */
  readonly url: Scalars['String']['output'];
};


/** An address that is told of events of jobs, see docs/webhooks.md. Its signing secret can never be read back. */
export type WebhookDeliveriesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  state: InputMaybe<WebhookDeliveryState>;
};

/** A page of webhooks. */
export type WebhookConnection = {
  readonly __typename?: 'WebhookConnection';
  /** The webhooks with their cursors. */
  readonly edges: ReadonlyArray<WebhookEdge>;
  /** The webhooks alone. */
  readonly nodes: ReadonlyArray<Webhook>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** One event for one webhook. */
export type WebhookDelivery = Node & {
  readonly __typename?: 'WebhookDelivery';
  /** When the last try began. */
  readonly attemptedAt: Maybe<Scalars['DateTime']['output']>;
  /** Tries that were made. */
  readonly attempts: Scalars['Int']['output'];
  /** When the event became a delivery. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** How long the last try took, milliseconds; null without an answer. */
  readonly durationMs: Maybe<Scalars['Int']['output']>;
  /** Why the last try failed. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** CloudEvents type of the event. */
  readonly eventType: Scalars['String']['output'];
  /** When it was delivered or given up. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Opaque id; `webhook-id` is `msg_` and this, the same for every try. */
  readonly id: Scalars['ID']['output'];
  /** The job it tells of; null for a ping. */
  readonly job: Maybe<Job>;
  /** When it is tried next; null when it is over. */
  readonly nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
  /** HTTP status of the last answer; null without one. */
  readonly responseStatus: Maybe<Scalars['Int']['output']>;
  /** Number of the event in its job; null for a ping. */
  readonly seq: Maybe<Scalars['Int']['output']>;
  /** Where it stands. */
  readonly state: WebhookDeliveryState;
  /** Whom it is for. */
  readonly webhook: Maybe<Webhook>;
};

/** A page of deliveries. */
export type WebhookDeliveryConnection = {
  readonly __typename?: 'WebhookDeliveryConnection';
  /** The deliveries with their cursors. */
  readonly edges: ReadonlyArray<WebhookDeliveryEdge>;
  /** The deliveries alone. */
  readonly nodes: ReadonlyArray<WebhookDelivery>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A delivery in a page. */
export type WebhookDeliveryEdge = {
  readonly __typename?: 'WebhookDeliveryEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The delivery. */
  readonly node: WebhookDelivery;
};

/** Answer to a mutation of one delivery. */
export type WebhookDeliveryPayload = {
  readonly __typename?: 'WebhookDeliveryPayload';
  /** The delivery; ask for it again to see what came of it. */
  readonly delivery: Maybe<WebhookDelivery>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Where a delivery stands. */
export type WebhookDeliveryState =
  /** The endpoint answered with a status from 200 to 299. */
  | 'DELIVERED'
  /** Given up: all tries failed, or the endpoint is gone. It can be delivered again by a caller. */
  | 'FAILED'
  /** To be tried, now or again. */
  | 'PENDING';

/** A webhook in a page. */
export type WebhookEdge = {
  readonly __typename?: 'WebhookEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The webhook. */
  readonly node: Webhook;
};

/** Answer to a mutation of one webhook. */
export type WebhookPayload = {
  readonly __typename?: 'WebhookPayload';
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** The webhook, as it stands or stood. */
  readonly webhook: Maybe<Webhook>;
};

/** Answer to a mutation that makes a signing secret. */
export type WebhookSecretPayload = {
  readonly __typename?: 'WebhookSecretPayload';
  /** The signing secret, `whsec_…`. It is shown this once. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** The webhook. */
  readonly webhook: Maybe<Webhook>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Agent: Agent;
  AgentVersion: AgentVersion;
  Approval: Approval;
  Job: Job;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Agent:
    ( { __typename: 'Agent' }
    & GraphQLRecursivePick<FederationTypes['Agent'], {"id":true}> );
  AgentVersion:
    ( { __typename: 'AgentVersion' }
    & GraphQLRecursivePick<FederationTypes['AgentVersion'], {"id":true}> );
  Approval:
    ( { __typename: 'Approval' }
    & GraphQLRecursivePick<FederationTypes['Approval'], {"id":true}> );
  Job:
    ( { __typename: 'Job' }
    & GraphQLRecursivePick<FederationTypes['Job'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( AgentRow )
    | ( AgentVersionRow )
    | ( ApiKey )
    | ( ApprovalRow )
    | ( AuditEvent )
    | ( BacktestRow )
    | ( BulkOperationRow )
    | ( InboundInfo )
    | ( Integration )
    | ( IntegrationCall )
    | ( JobNode )
    | ( BatchNode )
    | ( Member )
    | ( OwnScheduleRow )
    | ( Tenant )
    | ( WebhookInfo )
    | ( WebhookDeliveryRow )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Agent: ResolverTypeWrapper<AgentRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  AgentConnection: ResolverTypeWrapper<Omit<AgentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AgentEdge']>, nodes: ReadonlyArray<ResolversTypes['Agent']> }>;
  AgentEdge: ResolverTypeWrapper<Omit<AgentEdge, 'node'> & { node: ResolversTypes['Agent'] }>;
  AgentQueueStats: ResolverTypeWrapper<AgentQueue>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AgentSchedule: ResolverTypeWrapper<ScheduleRow>;
  AgentVersion: ResolverTypeWrapper<AgentVersionRow>;
  AgentVersionConnection: ResolverTypeWrapper<Omit<AgentVersionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AgentVersionEdge']>, nodes: ReadonlyArray<ResolversTypes['AgentVersion']> }>;
  AgentVersionEdge: ResolverTypeWrapper<Omit<AgentVersionEdge, 'node'> & { node: ResolversTypes['AgentVersion'] }>;
  ApiKey: ResolverTypeWrapper<ApiKey>;
  Approval: ResolverTypeWrapper<ApprovalRow>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ApprovalConnection: ResolverTypeWrapper<Omit<ApprovalConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ApprovalEdge']>, nodes: ReadonlyArray<ResolversTypes['Approval']> }>;
  ApprovalDecision: ResolverTypeWrapper<ApprovalDecisionRow>;
  ApprovalEdge: ResolverTypeWrapper<Omit<ApprovalEdge, 'node'> & { node: ResolversTypes['Approval'] }>;
  ApprovalRequest: ResolverTypeWrapper<ApprovalNews>;
  ApprovalState: ApprovalState;
  ArchiveAgentInput: ArchiveAgentInput;
  ArchiveAgentPayload: ResolverTypeWrapper<Omit<ArchiveAgentPayload, 'agent'> & { agent?: Maybe<ResolversTypes['Agent']> }>;
  AuditEvent: ResolverTypeWrapper<AuditEvent>;
  BackfillScheduleInput: BackfillScheduleInput;
  BackfillSchedulePayload: ResolverTypeWrapper<Omit<BackfillSchedulePayload, 'jobs'> & { jobs: ReadonlyArray<ResolversTypes['Job']> }>;
  Backtest: ResolverTypeWrapper<BacktestRow>;
  BacktestChange: ResolverTypeWrapper<BacktestChange>;
  BacktestConnection: ResolverTypeWrapper<Omit<BacktestConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BacktestEdge']>, nodes: ReadonlyArray<ResolversTypes['Backtest']> }>;
  BacktestDefinitionInput: BacktestDefinitionInput;
  BacktestEdge: ResolverTypeWrapper<Omit<BacktestEdge, 'node'> & { node: ResolversTypes['Backtest'] }>;
  BacktestEnd: BacktestEnd;
  BacktestPayload: ResolverTypeWrapper<Omit<BacktestPayload, 'backtest'> & { backtest?: Maybe<ResolversTypes['Backtest']> }>;
  BacktestResult: ResolverTypeWrapper<ShownResult>;
  BacktestResultConnection: ResolverTypeWrapper<Omit<BacktestResultConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BacktestResultEdge']>, nodes: ReadonlyArray<ResolversTypes['BacktestResult']> }>;
  BacktestResultEdge: ResolverTypeWrapper<Omit<BacktestResultEdge, 'node'> & { node: ResolversTypes['BacktestResult'] }>;
  BacktestState: BacktestState;
  BacktestVerdict: BacktestVerdict;
  BulkAct: BulkAct;
  BulkOperation: ResolverTypeWrapper<BulkOperationRow>;
  BulkOperationConnection: ResolverTypeWrapper<Omit<BulkOperationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['BulkOperationEdge']>, nodes: ReadonlyArray<ResolversTypes['BulkOperation']> }>;
  BulkOperationEdge: ResolverTypeWrapper<Omit<BulkOperationEdge, 'node'> & { node: ResolversTypes['BulkOperation'] }>;
  BulkOperationPayload: ResolverTypeWrapper<Omit<BulkOperationPayload, 'operation'> & { operation?: Maybe<ResolversTypes['BulkOperation']> }>;
  BulkPayload: ResolverTypeWrapper<Omit<BulkPayload, 'operation'> & { operation?: Maybe<ResolversTypes['BulkOperation']> }>;
  BulkState: BulkState;
  CancelBacktestInput: CancelBacktestInput;
  CancelBulkOperationInput: CancelBulkOperationInput;
  CancelJobInput: CancelJobInput;
  CancelJobsInput: CancelJobsInput;
  ClockChange: ResolverTypeWrapper<ClockChange>;
  CreateDecisionLinkInput: CreateDecisionLinkInput;
  CreateDecisionLinkPayload: ResolverTypeWrapper<Omit<CreateDecisionLinkPayload, 'decisionLink'> & { decisionLink?: Maybe<ResolversTypes['DecisionLink']> }>;
  CreateDelegationInput: CreateDelegationInput;
  CreateInboundWebhookInput: CreateInboundWebhookInput;
  CreateScheduleInput: CreateScheduleInput;
  CreateWebhookInput: CreateWebhookInput;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecideApprovalInput: DecideApprovalInput;
  DecideApprovalPayload: ResolverTypeWrapper<Omit<DecideApprovalPayload, 'approval'> & { approval?: Maybe<ResolversTypes['Approval']> }>;
  DecideByLinkInput: DecideByLinkInput;
  DecideByLinkPayload: ResolverTypeWrapper<DecideByLinkPayload>;
  DecisionLink: ResolverTypeWrapper<DecisionLinkRow>;
  DecisionLinkOutcome: DecisionLinkOutcome;
  DecisionLinkState: DecisionLinkState;
  DecisionLinkView: ResolverTypeWrapper<Omit<DecisionLinkView, 'approval'> & { approval: ResolversTypes['Approval'] }>;
  DefinitionReport: ResolverTypeWrapper<Omit<DefinitionReport, 'findings'> & { findings: ReadonlyArray<ResolversTypes['Finding']> }>;
  Delegation: ResolverTypeWrapper<DelegationRow>;
  DelegationConnection: ResolverTypeWrapper<Omit<DelegationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['DelegationEdge']>, nodes: ReadonlyArray<ResolversTypes['Delegation']> }>;
  DelegationEdge: ResolverTypeWrapper<Omit<DelegationEdge, 'node'> & { node: ResolversTypes['Delegation'] }>;
  DelegationPayload: ResolverTypeWrapper<Omit<DelegationPayload, 'delegation'> & { delegation?: Maybe<ResolversTypes['Delegation']> }>;
  DeleteInboundWebhookInput: DeleteInboundWebhookInput;
  DeleteScheduleInput: DeleteScheduleInput;
  DeleteSecretInput: DeleteSecretInput;
  DeleteWebhookInput: DeleteWebhookInput;
  EndDelegationInput: EndDelegationInput;
  Finding: ResolverTypeWrapper<LintFinding>;
  FindingSeverity: FindingSeverity;
  InboundHmacInput: InboundHmacInput;
  InboundRefusal: InboundRefusal;
  InboundScheme: InboundScheme;
  InboundWebhook: ResolverTypeWrapper<InboundInfo>;
  InboundWebhookConnection: ResolverTypeWrapper<Omit<InboundWebhookConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['InboundWebhookEdge']>, nodes: ReadonlyArray<ResolversTypes['InboundWebhook']> }>;
  InboundWebhookEdge: ResolverTypeWrapper<Omit<InboundWebhookEdge, 'node'> & { node: ResolversTypes['InboundWebhook'] }>;
  InboundWebhookPayload: ResolverTypeWrapper<Omit<InboundWebhookPayload, 'inboundWebhook'> & { inboundWebhook?: Maybe<ResolversTypes['InboundWebhook']> }>;
  InboundWebhookSecretPayload: ResolverTypeWrapper<Omit<InboundWebhookSecretPayload, 'inboundWebhook'> & { inboundWebhook?: Maybe<ResolversTypes['InboundWebhook']> }>;
  Integration: ResolverTypeWrapper<Integration>;
  IntegrationCall: ResolverTypeWrapper<IntegrationCall>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Job: ResolverTypeWrapper<JobNode>;
  JobAttempt: ResolverTypeWrapper<LoggedAttempt>;
  JobAttemptKind: JobAttemptKind;
  JobBatch: ResolverTypeWrapper<BatchNode>;
  JobBlock: ResolverTypeWrapper<JobBlock>;
  JobBlockReason: JobBlockReason;
  JobChange: ResolverTypeWrapper<JobNews>;
  JobConnection: ResolverTypeWrapper<JobPage>;
  JobCount: ResolverTypeWrapper<JobCount>;
  JobEdge: ResolverTypeWrapper<Omit<JobEdge, 'node'> & { node: ResolversTypes['Job'] }>;
  JobError: ResolverTypeWrapper<JobError>;
  JobEvent: ResolverTypeWrapper<StoredJobEvent>;
  JobEventConnection: ResolverTypeWrapper<Omit<JobEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['JobEventEdge']>, nodes: ReadonlyArray<ResolversTypes['JobEvent']> }>;
  JobEventEdge: ResolverTypeWrapper<Omit<JobEventEdge, 'node'> & { node: ResolversTypes['JobEvent'] }>;
  JobFilter: JobFilter;
  JobLabel: ResolverTypeWrapper<JobLabel>;
  JobLabelInput: JobLabelInput;
  JobOrder: JobOrder;
  JobPath: ResolverTypeWrapper<Omit<JobPath, 'steps'> & { steps: ReadonlyArray<ResolversTypes['JobPathStep']> }>;
  JobPathStep: ResolverTypeWrapper<Stretch>;
  JobPayload: ResolverTypeWrapper<Omit<JobPayload, 'job'> & { job?: Maybe<ResolversTypes['Job']> }>;
  JobPriority: JobPriority;
  JobResult: ResolverTypeWrapper<JobResult>;
  JobRetention: ResolverTypeWrapper<Retention>;
  JobRetentionPayload: ResolverTypeWrapper<Omit<JobRetentionPayload, 'retention'> & { retention?: Maybe<ResolversTypes['JobRetention']> }>;
  JobState: JobState;
  JobStateCount: ResolverTypeWrapper<JobStateCount>;
  JobStep: ResolverTypeWrapper<DerivedJobStep>;
  JobStepConnection: ResolverTypeWrapper<Omit<JobStepConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['JobStepEdge']>, nodes: ReadonlyArray<ResolversTypes['JobStep']> }>;
  JobStepEdge: ResolverTypeWrapper<Omit<JobStepEdge, 'node'> & { node: ResolversTypes['JobStep'] }>;
  JobTiming: ResolverTypeWrapper<MeasuredTiming>;
  Label: ResolverTypeWrapper<Label>;
  Member: ResolverTypeWrapper<Member>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PauseJobInput: PauseJobInput;
  PauseJobsInput: PauseJobsInput;
  PauseScheduleInput: PauseScheduleInput;
  PreviewScheduleInput: PreviewScheduleInput;
  PublishAgentInput: PublishAgentInput;
  PublishAgentPayload: ResolverTypeWrapper<Omit<PublishAgentPayload, 'agent' | 'findings' | 'version'> & { agent?: Maybe<ResolversTypes['Agent']>, findings: ReadonlyArray<ResolversTypes['Finding']>, version?: Maybe<ResolversTypes['AgentVersion']> }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QueuePriorityStats: ResolverTypeWrapper<QueuePriorityStats>;
  QueueStats: ResolverTypeWrapper<MeasuredQueue>;
  QueueWorker: ResolverTypeWrapper<HoldingWorker>;
  ReceiveWebhookInput: ReceiveWebhookInput;
  ReceivedWebhook: ResolverTypeWrapper<InboundAnswer>;
  RedeliverWebhookInput: RedeliverWebhookInput;
  RedriveEntry: ResolverTypeWrapper<RedriveEntry>;
  RedriveEntryKind: RedriveEntryKind;
  RedriveFrom: RedriveFrom;
  RedriveJobInput: RedriveJobInput;
  RedriveJobsInput: RedriveJobsInput;
  RedrivePlan: ResolverTypeWrapper<Omit<RedrivePlan, 'job'> & { job: ResolversTypes['Job'] }>;
  RepeatedTime: RepeatedTime;
  ResultFormat: ResultFormat;
  ResumeAgentInput: ResumeAgentInput;
  ResumeAgentPayload: ResolverTypeWrapper<Omit<ResumeAgentPayload, 'agent'> & { agent?: Maybe<ResolversTypes['Agent']> }>;
  ResumeJobInput: ResumeJobInput;
  ResumeJobsInput: ResumeJobsInput;
  ResumeScheduleInput: ResumeScheduleInput;
  RevokeDecisionLinkInput: RevokeDecisionLinkInput;
  RevokeDecisionLinkPayload: ResolverTypeWrapper<Omit<RevokeDecisionLinkPayload, 'decisionLink'> & { decisionLink?: Maybe<ResolversTypes['DecisionLink']> }>;
  RotateInboundWebhookSecretInput: RotateInboundWebhookSecretInput;
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RunJobInput: RunJobInput;
  RunJobPayload: ResolverTypeWrapper<Omit<RunJobPayload, 'job'> & { job?: Maybe<ResolversTypes['Job']> }>;
  Schedule: ResolverTypeWrapper<OwnScheduleRow>;
  ScheduleCatchUp: ScheduleCatchUp;
  ScheduleConnection: ResolverTypeWrapper<Omit<ScheduleConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['ScheduleEdge']>, nodes: ReadonlyArray<ResolversTypes['Schedule']> }>;
  ScheduleEdge: ResolverTypeWrapper<Omit<ScheduleEdge, 'node'> & { node: ResolversTypes['Schedule'] }>;
  ScheduleFilter: ScheduleFilter;
  ScheduleKind: ScheduleKind;
  ScheduleOverlap: ScheduleOverlap;
  SchedulePayload: ResolverTypeWrapper<Omit<SchedulePayload, 'schedule'> & { schedule?: Maybe<ResolversTypes['Schedule']> }>;
  SchedulePreview: ResolverTypeWrapper<SchedulePreview>;
  ScheduleSkip: ResolverTypeWrapper<ScheduleSkip>;
  Secret: ResolverTypeWrapper<SecretInfo>;
  SecretConnection: ResolverTypeWrapper<Omit<SecretConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['SecretEdge']>, nodes: ReadonlyArray<ResolversTypes['Secret']> }>;
  SecretEdge: ResolverTypeWrapper<Omit<SecretEdge, 'node'> & { node: ResolversTypes['Secret'] }>;
  SecretPayload: ResolverTypeWrapper<Omit<SecretPayload, 'secret'> & { secret?: Maybe<ResolversTypes['Secret']> }>;
  SendEventInput: SendEventInput;
  SendEventPayload: ResolverTypeWrapper<SendEventPayload>;
  SetJobRetentionInput: SetJobRetentionInput;
  SetSecretInput: SetSecretInput;
  SkippedTime: SkippedTime;
  StepState: StepState;
  SubmitJobInput: SubmitJobInput;
  SubmitJobPayload: ResolverTypeWrapper<Omit<SubmitJobPayload, 'job'> & { job?: Maybe<ResolversTypes['Job']> }>;
  SubmitJobsInput: SubmitJobsInput;
  SubmitJobsPayload: ResolverTypeWrapper<Omit<SubmitJobsPayload, 'batch' | 'results'> & { batch?: Maybe<ResolversTypes['JobBatch']>, results: ReadonlyArray<ResolversTypes['SubmitJobPayload']> }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Tenant: ResolverTypeWrapper<Tenant>;
  TestWebhookInput: TestWebhookInput;
  TriggerScheduleInput: TriggerScheduleInput;
  UndoDecisionInput: UndoDecisionInput;
  UndoDecisionPayload: ResolverTypeWrapper<Omit<UndoDecisionPayload, 'approval'> & { approval?: Maybe<ResolversTypes['Approval']> }>;
  UpdateInboundWebhookInput: UpdateInboundWebhookInput;
  UpdateScheduleInput: UpdateScheduleInput;
  UpdateSecretInput: UpdateSecretInput;
  UpdateWebhookInput: UpdateWebhookInput;
  UserError: ResolverTypeWrapper<UserError>;
  ViewDecisionLinkInput: ViewDecisionLinkInput;
  Webhook: ResolverTypeWrapper<WebhookInfo>;
  WebhookConnection: ResolverTypeWrapper<Omit<WebhookConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['WebhookEdge']>, nodes: ReadonlyArray<ResolversTypes['Webhook']> }>;
  WebhookDelivery: ResolverTypeWrapper<WebhookDeliveryRow>;
  WebhookDeliveryConnection: ResolverTypeWrapper<Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['WebhookDeliveryEdge']>, nodes: ReadonlyArray<ResolversTypes['WebhookDelivery']> }>;
  WebhookDeliveryEdge: ResolverTypeWrapper<Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversTypes['WebhookDelivery'] }>;
  WebhookDeliveryPayload: ResolverTypeWrapper<Omit<WebhookDeliveryPayload, 'delivery'> & { delivery?: Maybe<ResolversTypes['WebhookDelivery']> }>;
  WebhookDeliveryState: WebhookDeliveryState;
  WebhookEdge: ResolverTypeWrapper<Omit<WebhookEdge, 'node'> & { node: ResolversTypes['Webhook'] }>;
  WebhookPayload: ResolverTypeWrapper<Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
  WebhookSecretPayload: ResolverTypeWrapper<Omit<WebhookSecretPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Agent: AgentRow;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  AgentConnection: Omit<AgentConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AgentEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Agent']> };
  AgentEdge: Omit<AgentEdge, 'node'> & { node: ResolversParentTypes['Agent'] };
  AgentQueueStats: AgentQueue;
  Float: Scalars['Float']['output'];
  AgentSchedule: ScheduleRow;
  AgentVersion: AgentVersionRow;
  AgentVersionConnection: Omit<AgentVersionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AgentVersionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['AgentVersion']> };
  AgentVersionEdge: Omit<AgentVersionEdge, 'node'> & { node: ResolversParentTypes['AgentVersion'] };
  ApiKey: ApiKey;
  Approval: ApprovalRow;
  Boolean: Scalars['Boolean']['output'];
  ApprovalConnection: Omit<ApprovalConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ApprovalEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Approval']> };
  ApprovalDecision: ApprovalDecisionRow;
  ApprovalEdge: Omit<ApprovalEdge, 'node'> & { node: ResolversParentTypes['Approval'] };
  ApprovalRequest: ApprovalNews;
  ArchiveAgentInput: ArchiveAgentInput;
  ArchiveAgentPayload: Omit<ArchiveAgentPayload, 'agent'> & { agent?: Maybe<ResolversParentTypes['Agent']> };
  AuditEvent: AuditEvent;
  BackfillScheduleInput: BackfillScheduleInput;
  BackfillSchedulePayload: Omit<BackfillSchedulePayload, 'jobs'> & { jobs: ReadonlyArray<ResolversParentTypes['Job']> };
  Backtest: BacktestRow;
  BacktestChange: BacktestChange;
  BacktestConnection: Omit<BacktestConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BacktestEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Backtest']> };
  BacktestDefinitionInput: BacktestDefinitionInput;
  BacktestEdge: Omit<BacktestEdge, 'node'> & { node: ResolversParentTypes['Backtest'] };
  BacktestPayload: Omit<BacktestPayload, 'backtest'> & { backtest?: Maybe<ResolversParentTypes['Backtest']> };
  BacktestResult: ShownResult;
  BacktestResultConnection: Omit<BacktestResultConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BacktestResultEdge']>, nodes: ReadonlyArray<ResolversParentTypes['BacktestResult']> };
  BacktestResultEdge: Omit<BacktestResultEdge, 'node'> & { node: ResolversParentTypes['BacktestResult'] };
  BulkOperation: BulkOperationRow;
  BulkOperationConnection: Omit<BulkOperationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['BulkOperationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['BulkOperation']> };
  BulkOperationEdge: Omit<BulkOperationEdge, 'node'> & { node: ResolversParentTypes['BulkOperation'] };
  BulkOperationPayload: Omit<BulkOperationPayload, 'operation'> & { operation?: Maybe<ResolversParentTypes['BulkOperation']> };
  BulkPayload: Omit<BulkPayload, 'operation'> & { operation?: Maybe<ResolversParentTypes['BulkOperation']> };
  CancelBacktestInput: CancelBacktestInput;
  CancelBulkOperationInput: CancelBulkOperationInput;
  CancelJobInput: CancelJobInput;
  CancelJobsInput: CancelJobsInput;
  ClockChange: ClockChange;
  CreateDecisionLinkInput: CreateDecisionLinkInput;
  CreateDecisionLinkPayload: Omit<CreateDecisionLinkPayload, 'decisionLink'> & { decisionLink?: Maybe<ResolversParentTypes['DecisionLink']> };
  CreateDelegationInput: CreateDelegationInput;
  CreateInboundWebhookInput: CreateInboundWebhookInput;
  CreateScheduleInput: CreateScheduleInput;
  CreateWebhookInput: CreateWebhookInput;
  DateTime: Scalars['DateTime']['output'];
  DecideApprovalInput: DecideApprovalInput;
  DecideApprovalPayload: Omit<DecideApprovalPayload, 'approval'> & { approval?: Maybe<ResolversParentTypes['Approval']> };
  DecideByLinkInput: DecideByLinkInput;
  DecideByLinkPayload: DecideByLinkPayload;
  DecisionLink: DecisionLinkRow;
  DecisionLinkView: Omit<DecisionLinkView, 'approval'> & { approval: ResolversParentTypes['Approval'] };
  DefinitionReport: Omit<DefinitionReport, 'findings'> & { findings: ReadonlyArray<ResolversParentTypes['Finding']> };
  Delegation: DelegationRow;
  DelegationConnection: Omit<DelegationConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['DelegationEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Delegation']> };
  DelegationEdge: Omit<DelegationEdge, 'node'> & { node: ResolversParentTypes['Delegation'] };
  DelegationPayload: Omit<DelegationPayload, 'delegation'> & { delegation?: Maybe<ResolversParentTypes['Delegation']> };
  DeleteInboundWebhookInput: DeleteInboundWebhookInput;
  DeleteScheduleInput: DeleteScheduleInput;
  DeleteSecretInput: DeleteSecretInput;
  DeleteWebhookInput: DeleteWebhookInput;
  EndDelegationInput: EndDelegationInput;
  Finding: LintFinding;
  InboundHmacInput: InboundHmacInput;
  InboundWebhook: InboundInfo;
  InboundWebhookConnection: Omit<InboundWebhookConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['InboundWebhookEdge']>, nodes: ReadonlyArray<ResolversParentTypes['InboundWebhook']> };
  InboundWebhookEdge: Omit<InboundWebhookEdge, 'node'> & { node: ResolversParentTypes['InboundWebhook'] };
  InboundWebhookPayload: Omit<InboundWebhookPayload, 'inboundWebhook'> & { inboundWebhook?: Maybe<ResolversParentTypes['InboundWebhook']> };
  InboundWebhookSecretPayload: Omit<InboundWebhookSecretPayload, 'inboundWebhook'> & { inboundWebhook?: Maybe<ResolversParentTypes['InboundWebhook']> };
  Integration: Integration;
  IntegrationCall: IntegrationCall;
  JSON: Scalars['JSON']['output'];
  Job: JobNode;
  JobAttempt: LoggedAttempt;
  JobBatch: BatchNode;
  JobBlock: JobBlock;
  JobChange: JobNews;
  JobConnection: JobPage;
  JobCount: JobCount;
  JobEdge: Omit<JobEdge, 'node'> & { node: ResolversParentTypes['Job'] };
  JobError: JobError;
  JobEvent: StoredJobEvent;
  JobEventConnection: Omit<JobEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['JobEventEdge']>, nodes: ReadonlyArray<ResolversParentTypes['JobEvent']> };
  JobEventEdge: Omit<JobEventEdge, 'node'> & { node: ResolversParentTypes['JobEvent'] };
  JobFilter: JobFilter;
  JobLabel: JobLabel;
  JobLabelInput: JobLabelInput;
  JobPath: Omit<JobPath, 'steps'> & { steps: ReadonlyArray<ResolversParentTypes['JobPathStep']> };
  JobPathStep: Stretch;
  JobPayload: Omit<JobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['Job']> };
  JobResult: JobResult;
  JobRetention: Retention;
  JobRetentionPayload: Omit<JobRetentionPayload, 'retention'> & { retention?: Maybe<ResolversParentTypes['JobRetention']> };
  JobStateCount: JobStateCount;
  JobStep: DerivedJobStep;
  JobStepConnection: Omit<JobStepConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['JobStepEdge']>, nodes: ReadonlyArray<ResolversParentTypes['JobStep']> };
  JobStepEdge: Omit<JobStepEdge, 'node'> & { node: ResolversParentTypes['JobStep'] };
  JobTiming: MeasuredTiming;
  Label: Label;
  Member: Member;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  PauseJobInput: PauseJobInput;
  PauseJobsInput: PauseJobsInput;
  PauseScheduleInput: PauseScheduleInput;
  PreviewScheduleInput: PreviewScheduleInput;
  PublishAgentInput: PublishAgentInput;
  PublishAgentPayload: Omit<PublishAgentPayload, 'agent' | 'findings' | 'version'> & { agent?: Maybe<ResolversParentTypes['Agent']>, findings: ReadonlyArray<ResolversParentTypes['Finding']>, version?: Maybe<ResolversParentTypes['AgentVersion']> };
  Query: Record<PropertyKey, never>;
  QueuePriorityStats: QueuePriorityStats;
  QueueStats: MeasuredQueue;
  QueueWorker: HoldingWorker;
  ReceiveWebhookInput: ReceiveWebhookInput;
  ReceivedWebhook: InboundAnswer;
  RedeliverWebhookInput: RedeliverWebhookInput;
  RedriveEntry: RedriveEntry;
  RedriveJobInput: RedriveJobInput;
  RedriveJobsInput: RedriveJobsInput;
  RedrivePlan: Omit<RedrivePlan, 'job'> & { job: ResolversParentTypes['Job'] };
  ResumeAgentInput: ResumeAgentInput;
  ResumeAgentPayload: Omit<ResumeAgentPayload, 'agent'> & { agent?: Maybe<ResolversParentTypes['Agent']> };
  ResumeJobInput: ResumeJobInput;
  ResumeJobsInput: ResumeJobsInput;
  ResumeScheduleInput: ResumeScheduleInput;
  RevokeDecisionLinkInput: RevokeDecisionLinkInput;
  RevokeDecisionLinkPayload: Omit<RevokeDecisionLinkPayload, 'decisionLink'> & { decisionLink?: Maybe<ResolversParentTypes['DecisionLink']> };
  RotateInboundWebhookSecretInput: RotateInboundWebhookSecretInput;
  RotateWebhookSecretInput: RotateWebhookSecretInput;
  RunJobInput: RunJobInput;
  RunJobPayload: Omit<RunJobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['Job']> };
  Schedule: OwnScheduleRow;
  ScheduleConnection: Omit<ScheduleConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['ScheduleEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Schedule']> };
  ScheduleEdge: Omit<ScheduleEdge, 'node'> & { node: ResolversParentTypes['Schedule'] };
  ScheduleFilter: ScheduleFilter;
  SchedulePayload: Omit<SchedulePayload, 'schedule'> & { schedule?: Maybe<ResolversParentTypes['Schedule']> };
  SchedulePreview: SchedulePreview;
  ScheduleSkip: ScheduleSkip;
  Secret: SecretInfo;
  SecretConnection: Omit<SecretConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['SecretEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Secret']> };
  SecretEdge: Omit<SecretEdge, 'node'> & { node: ResolversParentTypes['Secret'] };
  SecretPayload: Omit<SecretPayload, 'secret'> & { secret?: Maybe<ResolversParentTypes['Secret']> };
  SendEventInput: SendEventInput;
  SendEventPayload: SendEventPayload;
  SetJobRetentionInput: SetJobRetentionInput;
  SetSecretInput: SetSecretInput;
  SubmitJobInput: SubmitJobInput;
  SubmitJobPayload: Omit<SubmitJobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['Job']> };
  SubmitJobsInput: SubmitJobsInput;
  SubmitJobsPayload: Omit<SubmitJobsPayload, 'batch' | 'results'> & { batch?: Maybe<ResolversParentTypes['JobBatch']>, results: ReadonlyArray<ResolversParentTypes['SubmitJobPayload']> };
  Subscription: Record<PropertyKey, never>;
  Tenant: Tenant;
  TestWebhookInput: TestWebhookInput;
  TriggerScheduleInput: TriggerScheduleInput;
  UndoDecisionInput: UndoDecisionInput;
  UndoDecisionPayload: Omit<UndoDecisionPayload, 'approval'> & { approval?: Maybe<ResolversParentTypes['Approval']> };
  UpdateInboundWebhookInput: UpdateInboundWebhookInput;
  UpdateScheduleInput: UpdateScheduleInput;
  UpdateSecretInput: UpdateSecretInput;
  UpdateWebhookInput: UpdateWebhookInput;
  UserError: UserError;
  ViewDecisionLinkInput: ViewDecisionLinkInput;
  Webhook: WebhookInfo;
  WebhookConnection: Omit<WebhookConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['WebhookEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Webhook']> };
  WebhookDelivery: WebhookDeliveryRow;
  WebhookDeliveryConnection: Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['WebhookDeliveryEdge']>, nodes: ReadonlyArray<ResolversParentTypes['WebhookDelivery']> };
  WebhookDeliveryEdge: Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversParentTypes['WebhookDelivery'] };
  WebhookDeliveryPayload: Omit<WebhookDeliveryPayload, 'delivery'> & { delivery?: Maybe<ResolversParentTypes['WebhookDelivery']> };
  WebhookEdge: Omit<WebhookEdge, 'node'> & { node: ResolversParentTypes['Webhook'] };
  WebhookPayload: Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
  WebhookSecretPayload: Omit<WebhookSecretPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
};

export type AgentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent'], FederationReferenceType extends FederationReferenceTypes['Agent'] = FederationReferenceTypes['Agent']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Agent']> | FederationReferenceType, FederationReferenceType, ContextType>;
  archivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['AgentVersion'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['Label']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  namespace?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pauseReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pausedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  schedule?: Resolver<Maybe<ResolversTypes['AgentSchedule']>, ParentType, ContextType>;
  versions?: Resolver<ResolversTypes['AgentVersionConnection'], ParentType, ContextType, Partial<AgentVersionsArgs>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AgentConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentConnection'] = ResolversParentTypes['AgentConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AgentEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Agent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AgentEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentEdge'] = ResolversParentTypes['AgentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
};

export type AgentQueueStatsResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentQueueStats'] = ResolversParentTypes['AgentQueueStats']> = {
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  limited?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  oldestQueuedSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  paused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AgentScheduleResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentSchedule'] = ResolversParentTypes['AgentSchedule']> = {
  kind?: Resolver<ResolversTypes['ScheduleKind'], ParentType, ContextType>;
  lastAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AgentVersionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentVersion'] = ResolversParentTypes['AgentVersion'], FederationReferenceType extends FederationReferenceTypes['AgentVersion'] = FederationReferenceTypes['AgentVersion']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['AgentVersion']> | FederationReferenceType, FederationReferenceType, ContextType>;
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  definition?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inputSchema?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  outputSchema?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AgentVersionConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentVersionConnection'] = ResolversParentTypes['AgentVersionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AgentVersionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AgentVersion']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AgentVersionEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AgentVersionEdge'] = ResolversParentTypes['AgentVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AgentVersion'], ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApprovalResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Approval'] = ResolversParentTypes['Approval'], FederationReferenceType extends FederationReferenceTypes['Approval'] = FederationReferenceTypes['Approval']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Approval']> | FederationReferenceType, FederationReferenceType, ContextType>;
  approvers?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  canDecide?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  canUndo?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  data?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  decidedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  decidesFor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  decisions?: Resolver<ReadonlyArray<ResolversTypes['ApprovalDecision']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  escalateAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  escalateTo?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  form?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  fourEyes?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  job?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
  remindAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  required?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  settlesAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ApprovalState'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApprovalConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApprovalConnection'] = ResolversParentTypes['ApprovalConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ApprovalEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Approval']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApprovalDecisionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApprovalDecision'] = ResolversParentTypes['ApprovalDecision']> = {
  approve?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  data?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  decidedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  decidedById?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  onBehalfOf?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  onBehalfOfId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type ApprovalEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApprovalEdge'] = ResolversParentTypes['ApprovalEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Approval'], ParentType, ContextType>;
};

export type ApprovalRequestResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ApprovalRequest'] = ResolversParentTypes['ApprovalRequest']> = {
  approval?: Resolver<ResolversTypes['Approval'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ArchiveAgentPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ArchiveAgentPayload'] = ResolversParentTypes['ArchiveAgentPayload']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BackfillSchedulePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BackfillSchedulePayload'] = ResolversParentTypes['BackfillSchedulePayload']> = {
  jobs?: Resolver<ReadonlyArray<ResolversTypes['Job']>, ParentType, ContextType>;
  startedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ticks?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type BacktestResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Backtest'] = ResolversParentTypes['Backtest']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  changed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  definitionHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  results?: Resolver<ResolversTypes['BacktestResultConnection'], ParentType, ContextType, Partial<BacktestResultsArgs>>;
  same?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BacktestState'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unknown?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BacktestChangeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestChange'] = ResolversParentTypes['BacktestChange']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  was?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  wouldBe?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BacktestConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestConnection'] = ResolversParentTypes['BacktestConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BacktestEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Backtest']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BacktestEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestEdge'] = ResolversParentTypes['BacktestEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Backtest'], ParentType, ContextType>;
};

export type BacktestPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestPayload'] = ResolversParentTypes['BacktestPayload']> = {
  backtest?: Resolver<Maybe<ResolversTypes['Backtest']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type BacktestResultResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestResult'] = ResolversParentTypes['BacktestResult']> = {
  changes?: Resolver<ReadonlyArray<ResolversTypes['BacktestChange']>, ParentType, ContextType>;
  droppedCalls?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  isCut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isWithheld?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  jobId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  unrecordedCalls?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['BacktestVerdict'], ParentType, ContextType>;
  was?: Resolver<Maybe<ResolversTypes['BacktestEnd']>, ParentType, ContextType>;
  wouldBe?: Resolver<Maybe<ResolversTypes['BacktestEnd']>, ParentType, ContextType>;
};

export type BacktestResultConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestResultConnection'] = ResolversParentTypes['BacktestResultConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BacktestResultEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['BacktestResult']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BacktestResultEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BacktestResultEdge'] = ResolversParentTypes['BacktestResultEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BacktestResult'], ParentType, ContextType>;
};

export type BulkOperationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BulkOperation'] = ResolversParentTypes['BulkOperation']> = {
  act?: Resolver<ResolversTypes['BulkAct'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  matched?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  skipped?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BulkState'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BulkOperationConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BulkOperationConnection'] = ResolversParentTypes['BulkOperationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['BulkOperationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BulkOperationEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BulkOperationEdge'] = ResolversParentTypes['BulkOperationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BulkOperation'], ParentType, ContextType>;
};

export type BulkOperationPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BulkOperationPayload'] = ResolversParentTypes['BulkOperationPayload']> = {
  operation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type BulkPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['BulkPayload'] = ResolversParentTypes['BulkPayload']> = {
  isMore?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  matched?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  operation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ClockChangeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ClockChange'] = ResolversParentTypes['ClockChange']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  shiftMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ticks?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type CreateDecisionLinkPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateDecisionLinkPayload'] = ResolversParentTypes['CreateDecisionLinkPayload']> = {
  decisionLink?: Resolver<Maybe<ResolversTypes['DecisionLink']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecideApprovalPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DecideApprovalPayload'] = ResolversParentTypes['DecideApprovalPayload']> = {
  approval?: Resolver<Maybe<ResolversTypes['Approval']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DecideByLinkPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DecideByLinkPayload'] = ResolversParentTypes['DecideByLinkPayload']> = {
  outcome?: Resolver<Maybe<ResolversTypes['DecisionLinkOutcome']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DecisionLinkResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DecisionLink'] = ResolversParentTypes['DecisionLink']> = {
  approval?: Resolver<Maybe<ResolversTypes['Approval']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  member?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  memberId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['DecisionLinkState'], ParentType, ContextType>;
  usedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DecisionLinkViewResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DecisionLinkView'] = ResolversParentTypes['DecisionLinkView']> = {
  approval?: Resolver<ResolversTypes['Approval'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  person?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DefinitionReportResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DefinitionReport'] = ResolversParentTypes['DefinitionReport']> = {
  findings?: Resolver<ReadonlyArray<ResolversTypes['Finding']>, ParentType, ContextType>;
  isValid?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DelegationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Delegation'] = ResolversParentTypes['Delegation']> = {
  approval?: Resolver<Maybe<ResolversTypes['Approval']>, ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  endsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fromId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  startsAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  toId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type DelegationConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DelegationConnection'] = ResolversParentTypes['DelegationConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['DelegationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Delegation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DelegationEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DelegationEdge'] = ResolversParentTypes['DelegationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delegation'], ParentType, ContextType>;
};

export type DelegationPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['DelegationPayload'] = ResolversParentTypes['DelegationPayload']> = {
  delegation?: Resolver<Maybe<ResolversTypes['Delegation']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type FindingResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Finding'] = ResolversParentTypes['Finding']> = {
  column?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  hint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['FindingSeverity'], ParentType, ContextType>;
};

export type InboundWebhookResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InboundWebhook'] = ResolversParentTypes['InboundWebhook']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  disabledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  hmac?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastReceivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastRefusal?: Resolver<Maybe<ResolversTypes['InboundRefusal']>, ParentType, ContextType>;
  lastRefusedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  previousSecretUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scheme?: Resolver<ResolversTypes['InboundScheme'], ParentType, ContextType>;
  secretVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InboundWebhookConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InboundWebhookConnection'] = ResolversParentTypes['InboundWebhookConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['InboundWebhookEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['InboundWebhook']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InboundWebhookEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InboundWebhookEdge'] = ResolversParentTypes['InboundWebhookEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['InboundWebhook'], ParentType, ContextType>;
};

export type InboundWebhookPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InboundWebhookPayload'] = ResolversParentTypes['InboundWebhookPayload']> = {
  inboundWebhook?: Resolver<Maybe<ResolversTypes['InboundWebhook']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type InboundWebhookSecretPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['InboundWebhookSecretPayload'] = ResolversParentTypes['InboundWebhookSecretPayload']> = {
  inboundWebhook?: Resolver<Maybe<ResolversTypes['InboundWebhook']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type IntegrationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Integration'] = ResolversParentTypes['Integration']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type IntegrationCallResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['IntegrationCall'] = ResolversParentTypes['IntegrationCall']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JobResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job'], FederationReferenceType extends FederationReferenceTypes['Job'] = FederationReferenceTypes['Job']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Job']> | FederationReferenceType, FederationReferenceType, ContextType>;
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  agentVersion?: Resolver<ResolversTypes['AgentVersion'], ParentType, ContextType>;
  approvals?: Resolver<ReadonlyArray<ResolversTypes['Approval']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attemptsLog?: Resolver<ReadonlyArray<ResolversTypes['JobAttempt']>, ParentType, ContextType>;
  blockedBy?: Resolver<Maybe<ResolversTypes['JobBlock']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['JobError']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['JobEventConnection'], ParentType, ContextType, Partial<JobEventsArgs>>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  idempotencyKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  input?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['JobLabel']>, ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  parent?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['JobPriority'], ParentType, ContextType>;
  recording?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['JobResult']>, ParentType, ContextType, RequireFields<JobResultArgs, 'format'>>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JobState'], ParentType, ContextType>;
  steps?: Resolver<ResolversTypes['JobStepConnection'], ParentType, ContextType, Partial<JobStepsArgs>>;
  submitter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timing?: Resolver<Maybe<ResolversTypes['JobTiming']>, ParentType, ContextType>;
  traceId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  wakesAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type JobAttemptResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobAttempt'] = ResolversParentTypes['JobAttempt']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  attempt?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['JobError']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['JobAttemptKind'], ParentType, ContextType>;
};

export type JobBatchResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobBatch'] = ResolversParentTypes['JobBatch']> = {
  counts?: Resolver<ReadonlyArray<ResolversTypes['JobStateCount']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  overCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  refusedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  submittedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type JobBlockResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobBlock'] = ResolversParentTypes['JobBlock']> = {
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  periodMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['JobBlockReason'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type JobChangeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobChange'] = ResolversParentTypes['JobChange']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['JobEvent'], ParentType, ContextType>;
  job?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
};

export type JobConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobConnection'] = ResolversParentTypes['JobConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['JobEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Job']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['JobCount'], ParentType, ContextType>;
};

export type JobCountResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobCount'] = ResolversParentTypes['JobCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isEstimate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type JobEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobEdge'] = ResolversParentTypes['JobEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
};

export type JobErrorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobError'] = ResolversParentTypes['JobError']> = {
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  instance?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  response?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobEventResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobEvent'] = ResolversParentTypes['JobEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  datacontenttype?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  job?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  specversion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobEventConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobEventConnection'] = ResolversParentTypes['JobEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['JobEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['JobEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type JobEventEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobEventEdge'] = ResolversParentTypes['JobEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['JobEvent'], ParentType, ContextType>;
};

export type JobLabelResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobLabel'] = ResolversParentTypes['JobLabel']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobPathResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobPath'] = ResolversParentTypes['JobPath']> = {
  stepCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  steps?: Resolver<ReadonlyArray<ResolversTypes['JobPathStep']>, ParentType, ContextType>;
};

export type JobPathStepResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobPathStep'] = ResolversParentTypes['JobPathStep']> = {
  durationMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  waitedMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type JobPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobPayload'] = ResolversParentTypes['JobPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type JobResultResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobResult'] = ResolversParentTypes['JobResult']> = {
  content?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  contentType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  format?: Resolver<ResolversTypes['ResultFormat'], ParentType, ContextType>;
  locale?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type JobRetentionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobRetention'] = ResolversParentTypes['JobRetention']> = {
  days?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  forgotten?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  forgottenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type JobRetentionPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobRetentionPayload'] = ResolversParentTypes['JobRetentionPayload']> = {
  retention?: Resolver<Maybe<ResolversTypes['JobRetention']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type JobStateCountResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobStateCount'] = ResolversParentTypes['JobStateCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JobState'], ParentType, ContextType>;
};

export type JobStepResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobStep'] = ResolversParentTypes['JobStep']> = {
  error?: Resolver<Maybe<ResolversTypes['JobError']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  input?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  output?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['StepState'], ParentType, ContextType>;
  task?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobStepConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobStepConnection'] = ResolversParentTypes['JobStepConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['JobStepEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['JobStep']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type JobStepEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobStepEdge'] = ResolversParentTypes['JobStepEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['JobStep'], ParentType, ContextType>;
};

export type JobTimingResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobTiming'] = ResolversParentTypes['JobTiming']> = {
  callMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  criticalPath?: Resolver<Maybe<ResolversTypes['JobPath']>, ParentType, ContextType>;
  queuedMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  ranMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  stoppedMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  totalMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  waitedMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LabelResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Label'] = ResolversParentTypes['Label']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MemberResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  archiveAgent?: Resolver<ResolversTypes['ArchiveAgentPayload'], ParentType, ContextType, RequireFields<MutationArchiveAgentArgs, 'input'>>;
  backfillSchedule?: Resolver<ResolversTypes['BackfillSchedulePayload'], ParentType, ContextType, RequireFields<MutationBackfillScheduleArgs, 'input'>>;
  backtestDefinition?: Resolver<ResolversTypes['BacktestPayload'], ParentType, ContextType, RequireFields<MutationBacktestDefinitionArgs, 'input'>>;
  cancelBacktest?: Resolver<ResolversTypes['BacktestPayload'], ParentType, ContextType, RequireFields<MutationCancelBacktestArgs, 'input'>>;
  cancelBulkOperation?: Resolver<ResolversTypes['BulkOperationPayload'], ParentType, ContextType, RequireFields<MutationCancelBulkOperationArgs, 'input'>>;
  cancelJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationCancelJobArgs, 'input'>>;
  cancelJobs?: Resolver<ResolversTypes['BulkPayload'], ParentType, ContextType, RequireFields<MutationCancelJobsArgs, 'input'>>;
  createDecisionLink?: Resolver<ResolversTypes['CreateDecisionLinkPayload'], ParentType, ContextType, RequireFields<MutationCreateDecisionLinkArgs, 'input'>>;
  createDelegation?: Resolver<ResolversTypes['DelegationPayload'], ParentType, ContextType, RequireFields<MutationCreateDelegationArgs, 'input'>>;
  createInboundWebhook?: Resolver<ResolversTypes['InboundWebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationCreateInboundWebhookArgs, 'input'>>;
  createSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationCreateScheduleArgs, 'input'>>;
  createWebhook?: Resolver<ResolversTypes['WebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationCreateWebhookArgs, 'input'>>;
  decideApproval?: Resolver<ResolversTypes['DecideApprovalPayload'], ParentType, ContextType, RequireFields<MutationDecideApprovalArgs, 'input'>>;
  decideByLink?: Resolver<ResolversTypes['DecideByLinkPayload'], ParentType, ContextType, RequireFields<MutationDecideByLinkArgs, 'input'>>;
  deleteInboundWebhook?: Resolver<ResolversTypes['InboundWebhookPayload'], ParentType, ContextType, RequireFields<MutationDeleteInboundWebhookArgs, 'input'>>;
  deleteSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationDeleteScheduleArgs, 'input'>>;
  deleteSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationDeleteSecretArgs, 'input'>>;
  deleteWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationDeleteWebhookArgs, 'input'>>;
  endDelegation?: Resolver<ResolversTypes['DelegationPayload'], ParentType, ContextType, RequireFields<MutationEndDelegationArgs, 'input'>>;
  pauseJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationPauseJobArgs, 'input'>>;
  pauseJobs?: Resolver<ResolversTypes['BulkPayload'], ParentType, ContextType, RequireFields<MutationPauseJobsArgs, 'input'>>;
  pauseSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationPauseScheduleArgs, 'input'>>;
  publishAgent?: Resolver<ResolversTypes['PublishAgentPayload'], ParentType, ContextType, RequireFields<MutationPublishAgentArgs, 'input'>>;
  receiveWebhook?: Resolver<ResolversTypes['ReceivedWebhook'], ParentType, ContextType, RequireFields<MutationReceiveWebhookArgs, 'input'>>;
  redeliverWebhook?: Resolver<ResolversTypes['WebhookDeliveryPayload'], ParentType, ContextType, RequireFields<MutationRedeliverWebhookArgs, 'input'>>;
  redriveJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationRedriveJobArgs, 'input'>>;
  redriveJobs?: Resolver<ResolversTypes['BulkPayload'], ParentType, ContextType, RequireFields<MutationRedriveJobsArgs, 'input'>>;
  resumeAgent?: Resolver<ResolversTypes['ResumeAgentPayload'], ParentType, ContextType, RequireFields<MutationResumeAgentArgs, 'input'>>;
  resumeJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationResumeJobArgs, 'input'>>;
  resumeJobs?: Resolver<ResolversTypes['BulkPayload'], ParentType, ContextType, RequireFields<MutationResumeJobsArgs, 'input'>>;
  resumeSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationResumeScheduleArgs, 'input'>>;
  revokeDecisionLink?: Resolver<ResolversTypes['RevokeDecisionLinkPayload'], ParentType, ContextType, RequireFields<MutationRevokeDecisionLinkArgs, 'input'>>;
  rotateInboundWebhookSecret?: Resolver<ResolversTypes['InboundWebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationRotateInboundWebhookSecretArgs, 'input'>>;
  rotateWebhookSecret?: Resolver<ResolversTypes['WebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationRotateWebhookSecretArgs, 'input'>>;
  runJob?: Resolver<ResolversTypes['RunJobPayload'], ParentType, ContextType, RequireFields<MutationRunJobArgs, 'input'>>;
  sendEvent?: Resolver<ResolversTypes['SendEventPayload'], ParentType, ContextType, RequireFields<MutationSendEventArgs, 'input'>>;
  setJobRetention?: Resolver<ResolversTypes['JobRetentionPayload'], ParentType, ContextType, RequireFields<MutationSetJobRetentionArgs, 'input'>>;
  setSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationSetSecretArgs, 'input'>>;
  submitJob?: Resolver<ResolversTypes['SubmitJobPayload'], ParentType, ContextType, RequireFields<MutationSubmitJobArgs, 'input'>>;
  submitJobs?: Resolver<ResolversTypes['SubmitJobsPayload'], ParentType, ContextType, RequireFields<MutationSubmitJobsArgs, 'input'>>;
  testWebhook?: Resolver<ResolversTypes['WebhookDeliveryPayload'], ParentType, ContextType, RequireFields<MutationTestWebhookArgs, 'input'>>;
  triggerSchedule?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationTriggerScheduleArgs, 'input'>>;
  undoDecision?: Resolver<ResolversTypes['UndoDecisionPayload'], ParentType, ContextType, RequireFields<MutationUndoDecisionArgs, 'input'>>;
  updateInboundWebhook?: Resolver<ResolversTypes['InboundWebhookPayload'], ParentType, ContextType, RequireFields<MutationUpdateInboundWebhookArgs, 'input'>>;
  updateSchedule?: Resolver<ResolversTypes['SchedulePayload'], ParentType, ContextType, RequireFields<MutationUpdateScheduleArgs, 'input'>>;
  updateSecret?: Resolver<ResolversTypes['SecretPayload'], ParentType, ContextType, RequireFields<MutationUpdateSecretArgs, 'input'>>;
  updateWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationUpdateWebhookArgs, 'input'>>;
  viewDecisionLink?: Resolver<Maybe<ResolversTypes['DecisionLinkView']>, ParentType, ContextType, RequireFields<MutationViewDecisionLinkArgs, 'input'>>;
};

export type NodeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Agent' | 'AgentVersion' | 'ApiKey' | 'Approval' | 'AuditEvent' | 'Backtest' | 'BulkOperation' | 'InboundWebhook' | 'Integration' | 'IntegrationCall' | 'Job' | 'JobBatch' | 'Member' | 'Schedule' | 'Tenant' | 'Webhook' | 'WebhookDelivery', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PublishAgentPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PublishAgentPayload'] = ResolversParentTypes['PublishAgentPayload']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  findings?: Resolver<ReadonlyArray<ResolversTypes['Finding']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['AgentVersion']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, Partial<QueryAgentArgs>>;
  agents?: Resolver<ResolversTypes['AgentConnection'], ParentType, ContextType, RequireFields<QueryAgentsArgs, 'includeArchived'>>;
  approvals?: Resolver<ResolversTypes['ApprovalConnection'], ParentType, ContextType, RequireFields<QueryApprovalsArgs, 'mine' | 'state'>>;
  backtest?: Resolver<Maybe<ResolversTypes['Backtest']>, ParentType, ContextType, RequireFields<QueryBacktestArgs, 'id'>>;
  backtests?: Resolver<ResolversTypes['BacktestConnection'], ParentType, ContextType, Partial<QueryBacktestsArgs>>;
  bulkOperation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType, RequireFields<QueryBulkOperationArgs, 'id'>>;
  bulkOperations?: Resolver<ResolversTypes['BulkOperationConnection'], ParentType, ContextType, Partial<QueryBulkOperationsArgs>>;
  decisionLinks?: Resolver<ReadonlyArray<ResolversTypes['DecisionLink']>, ParentType, ContextType, RequireFields<QueryDecisionLinksArgs, 'approvalId'>>;
  delegations?: Resolver<ResolversTypes['DelegationConnection'], ParentType, ContextType, RequireFields<QueryDelegationsArgs, 'all' | 'live'>>;
  inboundWebhook?: Resolver<Maybe<ResolversTypes['InboundWebhook']>, ParentType, ContextType, RequireFields<QueryInboundWebhookArgs, 'id'>>;
  inboundWebhooks?: Resolver<ResolversTypes['InboundWebhookConnection'], ParentType, ContextType, Partial<QueryInboundWebhooksArgs>>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType, RequireFields<QueryJobArgs, 'id'>>;
  jobBatch?: Resolver<Maybe<ResolversTypes['JobBatch']>, ParentType, ContextType, RequireFields<QueryJobBatchArgs, 'id'>>;
  jobRetention?: Resolver<ResolversTypes['JobRetention'], ParentType, ContextType>;
  jobs?: Resolver<ResolversTypes['JobConnection'], ParentType, ContextType, RequireFields<QueryJobsArgs, 'orderBy'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  previewSchedule?: Resolver<ResolversTypes['SchedulePreview'], ParentType, ContextType, RequireFields<QueryPreviewScheduleArgs, 'input'>>;
  queue?: Resolver<ResolversTypes['QueueStats'], ParentType, ContextType>;
  redrivePlan?: Resolver<ResolversTypes['RedrivePlan'], ParentType, ContextType, RequireFields<QueryRedrivePlanArgs, 'from' | 'jobId'>>;
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType, RequireFields<QueryScheduleArgs, 'id'>>;
  schedules?: Resolver<ResolversTypes['ScheduleConnection'], ParentType, ContextType, Partial<QuerySchedulesArgs>>;
  secrets?: Resolver<ResolversTypes['SecretConnection'], ParentType, ContextType, Partial<QuerySecretsArgs>>;
  validateDefinition?: Resolver<ResolversTypes['DefinitionReport'], ParentType, ContextType, RequireFields<QueryValidateDefinitionArgs, 'definition'>>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType, RequireFields<QueryWebhookArgs, 'id'>>;
  webhookDelivery?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType, RequireFields<QueryWebhookDeliveryArgs, 'id'>>;
  webhooks?: Resolver<ResolversTypes['WebhookConnection'], ParentType, ContextType, Partial<QueryWebhooksArgs>>;
};

export type QueuePriorityStatsResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['QueuePriorityStats'] = ResolversParentTypes['QueuePriorityStats']> = {
  oldestQueuedSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['JobPriority'], ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueueStatsResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['QueueStats'] = ResolversParentTypes['QueueStats']> = {
  agents?: Resolver<ReadonlyArray<ResolversTypes['AgentQueueStats']>, ParentType, ContextType, RequireFields<QueueStatsAgentsArgs, 'first'>>;
  dead?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedPerMinute?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lagP50Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  lagP95Seconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  limited?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  oldestQueuedSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  paused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  priorities?: Resolver<ReadonlyArray<ResolversTypes['QueuePriorityStats']>, ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  workers?: Resolver<ReadonlyArray<ResolversTypes['QueueWorker']>, ParentType, ContextType>;
};

export type QueueWorkerResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['QueueWorker'] = ResolversParentTypes['QueueWorker']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jobs?: Resolver<ReadonlyArray<ResolversTypes['Job']>, ParentType, ContextType>;
  leaseUntil?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReceivedWebhookResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ReceivedWebhook'] = ResolversParentTypes['ReceivedWebhook']> = {
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RedriveEntryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RedriveEntry'] = ResolversParentTypes['RedriveEntry']> = {
  isSuccess?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['RedriveEntryKind'], ParentType, ContextType>;
  task?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RedrivePlanResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RedrivePlan'] = ResolversParentTypes['RedrivePlan']> = {
  again?: Resolver<ReadonlyArray<ResolversTypes['RedriveEntry']>, ParentType, ContextType>;
  againCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  job?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
  kept?: Resolver<ReadonlyArray<ResolversTypes['RedriveEntry']>, ParentType, ContextType>;
  keptCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ResumeAgentPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ResumeAgentPayload'] = ResolversParentTypes['ResumeAgentPayload']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RevokeDecisionLinkPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RevokeDecisionLinkPayload'] = ResolversParentTypes['RevokeDecisionLinkPayload']> = {
  decisionLink?: Resolver<Maybe<ResolversTypes['DecisionLink']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RunJobPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RunJobPayload'] = ResolversParentTypes['RunJobPayload']> = {
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ScheduleResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Schedule'] = ResolversParentTypes['Schedule']> = {
  after?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  catchUp?: Resolver<ResolversTypes['ScheduleCatchUp'], ParentType, ContextType>;
  catchUpWindowMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cron?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  every?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  exceptDates?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  failures?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  input?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  jitterMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ScheduleKind'], ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['JobLabel']>, ParentType, ContextType>;
  lastAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastJob?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  lastSkip?: Resolver<Maybe<ResolversTypes['ScheduleSkip']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nextTicks?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType, RequireFields<ScheduleNextTicksArgs, 'first'>>;
  onRepeatedTime?: Resolver<Maybe<ResolversTypes['RepeatedTime']>, ParentType, ContextType>;
  onSkippedTime?: Resolver<Maybe<ResolversTypes['SkippedTime']>, ParentType, ContextType>;
  overlap?: Resolver<ResolversTypes['ScheduleOverlap'], ParentType, ContextType>;
  pauseReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pausedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  pausedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['JobPriority'], ParentType, ContextType>;
  submitter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tickAs?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timeZone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['AgentVersion']>, ParentType, ContextType>;
  waitingAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ScheduleConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ScheduleConnection'] = ResolversParentTypes['ScheduleConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ScheduleEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Schedule']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ScheduleEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ScheduleEdge'] = ResolversParentTypes['ScheduleEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Schedule'], ParentType, ContextType>;
};

export type SchedulePayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SchedulePayload'] = ResolversParentTypes['SchedulePayload']> = {
  schedule?: Resolver<Maybe<ResolversTypes['Schedule']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SchedulePreviewResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SchedulePreview'] = ResolversParentTypes['SchedulePreview']> = {
  clockChanges?: Resolver<ReadonlyArray<ResolversTypes['ClockChange']>, ParentType, ContextType>;
  ticks?: Resolver<ReadonlyArray<ResolversTypes['DateTime']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ScheduleSkipResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['ScheduleSkip'] = ResolversParentTypes['ScheduleSkip']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tick?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SecretResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Secret'] = ResolversParentTypes['Secret']> = {
  agents?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SecretConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SecretConnection'] = ResolversParentTypes['SecretConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SecretEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Secret']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SecretEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SecretEdge'] = ResolversParentTypes['SecretEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Secret'], ParentType, ContextType>;
};

export type SecretPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SecretPayload'] = ResolversParentTypes['SecretPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['Secret']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SendEventPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SendEventPayload'] = ResolversParentTypes['SendEventPayload']> = {
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startedJobs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  wokenJobs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SubmitJobPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SubmitJobPayload'] = ResolversParentTypes['SubmitJobPayload']> = {
  isNew?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubmitJobsPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['SubmitJobsPayload'] = ResolversParentTypes['SubmitJobsPayload']> = {
  batch?: Resolver<Maybe<ResolversTypes['JobBatch']>, ParentType, ContextType>;
  results?: Resolver<ReadonlyArray<ResolversTypes['SubmitJobPayload']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  approvalRequests?: SubscriptionResolver<ResolversTypes['ApprovalRequest'], "approvalRequests", ParentType, ContextType, Partial<SubscriptionApprovalRequestsArgs>>;
  backtestProgress?: SubscriptionResolver<ResolversTypes['Backtest'], "backtestProgress", ParentType, ContextType, RequireFields<SubscriptionBacktestProgressArgs, 'id'>>;
  bulkOperationProgress?: SubscriptionResolver<ResolversTypes['BulkOperation'], "bulkOperationProgress", ParentType, ContextType, RequireFields<SubscriptionBulkOperationProgressArgs, 'id'>>;
  jobBatchChanges?: SubscriptionResolver<ResolversTypes['JobBatch'], "jobBatchChanges", ParentType, ContextType, RequireFields<SubscriptionJobBatchChangesArgs, 'id'>>;
  jobChanges?: SubscriptionResolver<ResolversTypes['JobChange'], "jobChanges", ParentType, ContextType, Partial<SubscriptionJobChangesArgs>>;
  jobEvents?: SubscriptionResolver<ResolversTypes['JobEvent'], "jobEvents", ParentType, ContextType, RequireFields<SubscriptionJobEventsArgs, 'jobId'>>;
};

export type TenantResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UndoDecisionPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UndoDecisionPayload'] = ResolversParentTypes['UndoDecisionPayload']> = {
  approval?: Resolver<Maybe<ResolversTypes['Approval']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WebhookResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Webhook'] = ResolversParentTypes['Webhook']> = {
  agents?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['WebhookDeliveryConnection'], ParentType, ContextType, Partial<WebhookDeliveriesArgs>>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  disabledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  failingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  previousSecretUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  secretVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookConnection'] = ResolversParentTypes['WebhookConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WebhookEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Webhook']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookDeliveryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookDelivery'] = ResolversParentTypes['WebhookDelivery']> = {
  attemptedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  eventType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  responseStatus?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  seq?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['WebhookDeliveryState'], ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type WebhookDeliveryConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookDeliveryConnection'] = ResolversParentTypes['WebhookDeliveryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WebhookDeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookDeliveryEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookDeliveryEdge'] = ResolversParentTypes['WebhookDeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WebhookDelivery'], ParentType, ContextType>;
};

export type WebhookDeliveryPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookDeliveryPayload'] = ResolversParentTypes['WebhookDeliveryPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type WebhookEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookEdge'] = ResolversParentTypes['WebhookEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Webhook'], ParentType, ContextType>;
};

export type WebhookPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookPayload'] = ResolversParentTypes['WebhookPayload']> = {
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type WebhookSecretPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['WebhookSecretPayload'] = ResolversParentTypes['WebhookSecretPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  Agent?: AgentResolvers<ContextType>;
  AgentConnection?: AgentConnectionResolvers<ContextType>;
  AgentEdge?: AgentEdgeResolvers<ContextType>;
  AgentQueueStats?: AgentQueueStatsResolvers<ContextType>;
  AgentSchedule?: AgentScheduleResolvers<ContextType>;
  AgentVersion?: AgentVersionResolvers<ContextType>;
  AgentVersionConnection?: AgentVersionConnectionResolvers<ContextType>;
  AgentVersionEdge?: AgentVersionEdgeResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  Approval?: ApprovalResolvers<ContextType>;
  ApprovalConnection?: ApprovalConnectionResolvers<ContextType>;
  ApprovalDecision?: ApprovalDecisionResolvers<ContextType>;
  ApprovalEdge?: ApprovalEdgeResolvers<ContextType>;
  ApprovalRequest?: ApprovalRequestResolvers<ContextType>;
  ArchiveAgentPayload?: ArchiveAgentPayloadResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  BackfillSchedulePayload?: BackfillSchedulePayloadResolvers<ContextType>;
  Backtest?: BacktestResolvers<ContextType>;
  BacktestChange?: BacktestChangeResolvers<ContextType>;
  BacktestConnection?: BacktestConnectionResolvers<ContextType>;
  BacktestEdge?: BacktestEdgeResolvers<ContextType>;
  BacktestPayload?: BacktestPayloadResolvers<ContextType>;
  BacktestResult?: BacktestResultResolvers<ContextType>;
  BacktestResultConnection?: BacktestResultConnectionResolvers<ContextType>;
  BacktestResultEdge?: BacktestResultEdgeResolvers<ContextType>;
  BulkOperation?: BulkOperationResolvers<ContextType>;
  BulkOperationConnection?: BulkOperationConnectionResolvers<ContextType>;
  BulkOperationEdge?: BulkOperationEdgeResolvers<ContextType>;
  BulkOperationPayload?: BulkOperationPayloadResolvers<ContextType>;
  BulkPayload?: BulkPayloadResolvers<ContextType>;
  ClockChange?: ClockChangeResolvers<ContextType>;
  CreateDecisionLinkPayload?: CreateDecisionLinkPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DecideApprovalPayload?: DecideApprovalPayloadResolvers<ContextType>;
  DecideByLinkPayload?: DecideByLinkPayloadResolvers<ContextType>;
  DecisionLink?: DecisionLinkResolvers<ContextType>;
  DecisionLinkView?: DecisionLinkViewResolvers<ContextType>;
  DefinitionReport?: DefinitionReportResolvers<ContextType>;
  Delegation?: DelegationResolvers<ContextType>;
  DelegationConnection?: DelegationConnectionResolvers<ContextType>;
  DelegationEdge?: DelegationEdgeResolvers<ContextType>;
  DelegationPayload?: DelegationPayloadResolvers<ContextType>;
  Finding?: FindingResolvers<ContextType>;
  InboundWebhook?: InboundWebhookResolvers<ContextType>;
  InboundWebhookConnection?: InboundWebhookConnectionResolvers<ContextType>;
  InboundWebhookEdge?: InboundWebhookEdgeResolvers<ContextType>;
  InboundWebhookPayload?: InboundWebhookPayloadResolvers<ContextType>;
  InboundWebhookSecretPayload?: InboundWebhookSecretPayloadResolvers<ContextType>;
  Integration?: IntegrationResolvers<ContextType>;
  IntegrationCall?: IntegrationCallResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Job?: JobResolvers<ContextType>;
  JobAttempt?: JobAttemptResolvers<ContextType>;
  JobBatch?: JobBatchResolvers<ContextType>;
  JobBlock?: JobBlockResolvers<ContextType>;
  JobChange?: JobChangeResolvers<ContextType>;
  JobConnection?: JobConnectionResolvers<ContextType>;
  JobCount?: JobCountResolvers<ContextType>;
  JobEdge?: JobEdgeResolvers<ContextType>;
  JobError?: JobErrorResolvers<ContextType>;
  JobEvent?: JobEventResolvers<ContextType>;
  JobEventConnection?: JobEventConnectionResolvers<ContextType>;
  JobEventEdge?: JobEventEdgeResolvers<ContextType>;
  JobLabel?: JobLabelResolvers<ContextType>;
  JobPath?: JobPathResolvers<ContextType>;
  JobPathStep?: JobPathStepResolvers<ContextType>;
  JobPayload?: JobPayloadResolvers<ContextType>;
  JobResult?: JobResultResolvers<ContextType>;
  JobRetention?: JobRetentionResolvers<ContextType>;
  JobRetentionPayload?: JobRetentionPayloadResolvers<ContextType>;
  JobStateCount?: JobStateCountResolvers<ContextType>;
  JobStep?: JobStepResolvers<ContextType>;
  JobStepConnection?: JobStepConnectionResolvers<ContextType>;
  JobStepEdge?: JobStepEdgeResolvers<ContextType>;
  JobTiming?: JobTimingResolvers<ContextType>;
  Label?: LabelResolvers<ContextType>;
  Member?: MemberResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PublishAgentPayload?: PublishAgentPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QueuePriorityStats?: QueuePriorityStatsResolvers<ContextType>;
  QueueStats?: QueueStatsResolvers<ContextType>;
  QueueWorker?: QueueWorkerResolvers<ContextType>;
  ReceivedWebhook?: ReceivedWebhookResolvers<ContextType>;
  RedriveEntry?: RedriveEntryResolvers<ContextType>;
  RedrivePlan?: RedrivePlanResolvers<ContextType>;
  ResumeAgentPayload?: ResumeAgentPayloadResolvers<ContextType>;
  RevokeDecisionLinkPayload?: RevokeDecisionLinkPayloadResolvers<ContextType>;
  RunJobPayload?: RunJobPayloadResolvers<ContextType>;
  Schedule?: ScheduleResolvers<ContextType>;
  ScheduleConnection?: ScheduleConnectionResolvers<ContextType>;
  ScheduleEdge?: ScheduleEdgeResolvers<ContextType>;
  SchedulePayload?: SchedulePayloadResolvers<ContextType>;
  SchedulePreview?: SchedulePreviewResolvers<ContextType>;
  ScheduleSkip?: ScheduleSkipResolvers<ContextType>;
  Secret?: SecretResolvers<ContextType>;
  SecretConnection?: SecretConnectionResolvers<ContextType>;
  SecretEdge?: SecretEdgeResolvers<ContextType>;
  SecretPayload?: SecretPayloadResolvers<ContextType>;
  SendEventPayload?: SendEventPayloadResolvers<ContextType>;
  SubmitJobPayload?: SubmitJobPayloadResolvers<ContextType>;
  SubmitJobsPayload?: SubmitJobsPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  UndoDecisionPayload?: UndoDecisionPayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Webhook?: WebhookResolvers<ContextType>;
  WebhookConnection?: WebhookConnectionResolvers<ContextType>;
  WebhookDelivery?: WebhookDeliveryResolvers<ContextType>;
  WebhookDeliveryConnection?: WebhookDeliveryConnectionResolvers<ContextType>;
  WebhookDeliveryEdge?: WebhookDeliveryEdgeResolvers<ContextType>;
  WebhookDeliveryPayload?: WebhookDeliveryPayloadResolvers<ContextType>;
  WebhookEdge?: WebhookEdgeResolvers<ContextType>;
  WebhookPayload?: WebhookPayloadResolvers<ContextType>;
  WebhookSecretPayload?: WebhookSecretPayloadResolvers<ContextType>;
};


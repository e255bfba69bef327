import type { JsonValue } from '../../../kernel/json.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { SubjectNode } from '../nodes.ts';
import type { LogReport } from '../../../core/audit/verify-log.ts';
import type { AuditCheckpointRow } from '../../../core/audit/checkpoints.ts';
import type { InclusionProof, ConsistencyProof } from '../../../core/audit/proofs.ts';
import type { ExportPage } from '../../../core/audit/export-log.ts';
import type { LogStatus } from '../../../core/audit/audit-status.ts';
import type { Retention } from '../../../core/audit/retention/retention.ts';
import type { AuditStream as AuditStreamRow } from '../../../core/audit/streams/stream.ts';
import type { LegalHold as LegalHoldRow } from '../../../prisma/_generated/client.ts';
import type { JobLineage as JobLineageRow } from '../../../core/audit/job-lineage.ts';
import type { ListedEvent } from '../../../core/audit/audit-event.ts';
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
export type Agent = {
  readonly __typename?: 'Agent';
  /** Everything done to the agent, in order. */
  readonly auditTrail: AuditEventConnection;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
};


/** A named standard operating procedure with versions. */
export type AgentAuditTrailArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** What the warehouse answers. */
export type AnalyticsAnswer = {
  readonly __typename?: 'AnalyticsAnswer';
  /** What ended before was copied, but for what is under way; null before anything was. */
  readonly copiedUpTo: Maybe<Scalars['DateTime']['output']>;
  /** True when there are more series or points than are told. */
  readonly isCut: Scalars['Boolean']['output'];
  /** Largest first. */
  readonly series: ReadonlyArray<AnalyticsSeries>;
  /** Of sums and percentiles. */
  readonly unit: AnalyticsUnit;
};

/** What counts. Of a list one has to fit; a measure that knows nothing of it refuses it. */
export type AnalyticsFilter = {
  /** Names of agents. */
  readonly agents?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Names of integrations. */
  readonly integrations?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** How it ended, e.g. FAILED. */
  readonly states?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Places of tasks in their definitions. */
  readonly tasks?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** By what series are told apart; which of them a measure knows is listed in docs/analytics.md. */
export type AnalyticsGroup =
  /** Name of the agent. */
  | 'AGENT'
  /** Name of the integration. */
  | 'INTEGRATION'
  /** Kind of the task. */
  | 'KIND'
  /** Name of the model. */
  | 'MODEL'
  /** Namespace of the agent. */
  | 'NAMESPACE'
  /** Operation of the integration. */
  | 'OPERATION'
  /** How it ended. */
  | 'STATE'
  /** Place of the task in its definition. */
  | 'TASK'
  /** Type of the event. */
  | 'TYPE';

/** Stretches of time, in UTC; weeks begin on Mondays. */
export type AnalyticsInterval =
  /** A day. */
  | 'DAY'
  /** An hour. */
  | 'HOUR'
  /** A minute. */
  | 'MINUTE'
  /** A month of the calendar. */
  | 'MONTH'
  /** A week. */
  | 'WEEK';

/** What is measured, of what ended in a span of time. */
export type AnalyticsMeasure =
  /** Approvals that were decided, expired or were withdrawn. */
  | 'APPROVALS'
  /** From the request of an approval to its decision. */
  | 'APPROVAL_TIME'
  /** Calls of integrations. This and the next four need INTEGRATIONS_READ besides. */
  | 'CALLS'
  /** How long calls took. */
  | 'CALL_DURATION'
  /** Those that did not succeed, or of which nobody knows. */
  | 'CALL_FAILURES'
  /** Events of jobs. */
  | 'EVENTS'
  /** Jobs that ended; one that is redriven and ends again counts again. */
  | 'JOBS'
  /** From the first begin of a job to its end. */
  | 'JOB_DURATION'
  /** From the submission of a job to its first begin. */
  | 'JOB_WAIT'
  /** Tokens that models took and gave. */
  | 'MODEL_TOKENS'
  /** Executions of tasks that ended. */
  | 'STEPS'
  /** From the begin of an execution to its end. */
  | 'STEP_DURATION';

/** An interval of a series. */
export type AnalyticsPoint = {
  readonly __typename?: 'AnalyticsPoint';
  /** Its begin; that of the span where there are no intervals. */
  readonly at: Scalars['DateTime']['output'];
  /** How many ended in it. */
  readonly count: Scalars['Float']['output'];
  /** Half of the values are not above it. */
  readonly p50: Maybe<Scalars['Float']['output']>;
  /** 95 in 100 are not above it. */
  readonly p95: Maybe<Scalars['Float']['output']>;
  /** 99 in 100 are not above it. */
  readonly p99: Maybe<Scalars['Float']['output']>;
  /** Sum of their values; null where there are none. */
  readonly sum: Maybe<Scalars['Float']['output']>;
};

/** What has a group in common, over time. */
export type AnalyticsSeries = {
  readonly __typename?: 'AnalyticsSeries';
  /** The group, empty for what has none; null where nothing is grouped. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** In the order of time, without intervals in which nothing ended. */
  readonly points: ReadonlyArray<AnalyticsPoint>;
};

/** In what values are told. */
export type AnalyticsUnit =
  /** There are no values: rows are counted. */
  | 'COUNT'
  /** Milliseconds. */
  | 'MILLISECONDS'
  /** Tokens of models. */
  | 'TOKENS';

/** Who did it. */
export type AuditActor = {
  readonly __typename?: 'AuditActor';
  /** Id of the member, key or worker. */
  readonly id: Scalars['String']['output'];
  /** user, api_key, worker or system. */
  readonly kind: Scalars['String']['output'];
  /** Name at that time. */
  readonly name: Scalars['String']['output'];
};

/** What a check of the log found. */
export type AuditChainReport = {
  readonly __typename?: 'AuditChainReport';
  /** Up to which number the log is sound. */
  readonly checked: Scalars['Int']['output'];
  /** What is wrong. */
  readonly fault: Maybe<AuditFault>;
  /** The first number that is not; null when all is. */
  readonly firstBadSeq: Maybe<Scalars['String']['output']>;
  /** True when all that was looked at is as it was sealed. */
  readonly isIntact: Scalars['Boolean']['output'];
  /** The last number of the run that is not sound; null when all is. */
  readonly lastBadSeq: Maybe<Scalars['String']['output']>;
  /** The same in words. */
  readonly message: Maybe<Scalars['String']['output']>;
  /** Pass it as `after` to go on where this check left off; null at the end of the log. */
  readonly next: Maybe<Scalars['String']['output']>;
};

/** A signed head of the tenant's tree of events, by C2SP tlog-checkpoint. */
export type AuditCheckpoint = {
  readonly __typename?: 'AuditCheckpoint';
  /** When it was signed. */
  readonly at: Scalars['DateTime']['output'];
  /** Counts the database clusters that the log has lived in, from 1. */
  readonly epoch: Scalars['Int']['output'];
  /** The signed note, as tools for transparency logs read it. */
  readonly note: Scalars['String']['output'];
  /** Its root, base64. */
  readonly root: Scalars['String']['output'];
  /** How many events the tree has. */
  readonly size: Scalars['String']['output'];
};

/** A page of checkpoints. */
export type AuditCheckpointConnection = {
  readonly __typename?: 'AuditCheckpointConnection';
  /** The checkpoints with their cursors. */
  readonly edges: ReadonlyArray<AuditCheckpointEdge>;
  /** The checkpoints alone. */
  readonly nodes: ReadonlyArray<AuditCheckpoint>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** A checkpoint in a page. */
export type AuditCheckpointEdge = {
  readonly __typename?: 'AuditCheckpointEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The checkpoint. */
  readonly node: AuditCheckpoint;
};

/** That the tree of one checkpoint is the beginning of the tree of a later one. */
export type AuditConsistencyProof = {
  readonly __typename?: 'AuditConsistencyProof';
  /** The earlier checkpoint. */
  readonly from: AuditCheckpoint;
  /** The hashes of the proof by RFC 9162, hexadecimal. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
  /** The later checkpoint. */
  readonly to: AuditCheckpoint;
};

/** Something that was done. It can never be changed. */
export type AuditEvent = {
  readonly __typename?: 'AuditEvent';
  /** What was done, e.g. job.submit. */
  readonly action: Scalars['String']['output'];
  /** Who did it. */
  readonly actor: AuditActor;
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** Cursor for `after` of `auditEvents`. */
  readonly cursor: Scalars['String']['output'];
  /** Details by action, without secrets. */
  readonly data: Scalars['JSON']['output'];
  /** Hash of the event's leaf in the tenant's Merkle tree, hexadecimal; null before it is sealed. */
  readonly hash: Maybe<Scalars['String']['output']>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** That the newest checkpoint covers the event; null before it is sealed. */
  readonly proof: Maybe<AuditInclusionProof>;
  /** The request it came with. */
  readonly requestId: Maybe<Scalars['String']['output']>;
  /** Number within the tenant, from 1, without gaps; null for the moment before it is sealed. */
  readonly seq: Maybe<Scalars['String']['output']>;
  /** What it was done to. */
  readonly target: AuditTarget;
};

/** A page of audit events. */
export type AuditEventConnection = {
  readonly __typename?: 'AuditEventConnection';
  /** The events with their cursors. */
  readonly edges: ReadonlyArray<AuditEventEdge>;
  /** The events alone. */
  readonly nodes: ReadonlyArray<AuditEvent>;
  /** Where the page stands. */
  readonly pageInfo: PageInfo;
};

/** An audit event in a page. */
export type AuditEventEdge = {
  readonly __typename?: 'AuditEventEdge';
  /** Cursor for `after` and `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: AuditEvent;
};

/** A run of sealed events as an export holds it; see docs/audit.md. */
export type AuditExportPage = {
  readonly __typename?: 'AuditExportPage';
  /** The notes of the checkpoints whose size is among their numbers. */
  readonly checkpoints: ReadonlyArray<Scalars['String']['output']>;
  /** Their leaves, 32 bytes each, base64. */
  readonly leaves: Scalars['String']['output'];
  /** One event a line, canonical JSON. */
  readonly lines: ReadonlyArray<Scalars['String']['output']>;
  /** Pass it as `after` for the run that follows; null when the newest checkpoint is reached. */
  readonly next: Maybe<Scalars['String']['output']>;
  /** What is left of the events before the first line, where those were forgotten; else null. */
  readonly start: Maybe<AuditExportStart>;
};

/** The tree of events that were forgotten, from which a verifier goes on. */
export type AuditExportStart = {
  readonly __typename?: 'AuditExportStart';
  /** Its complete subtrees from the largest to the smallest, hexadecimal. */
  readonly peaks: ReadonlyArray<Scalars['String']['output']>;
  /** How many events it has. */
  readonly size: Scalars['String']['output'];
};

/** What is wrong with a log. */
export type AuditFault =
  /** Events or their seals are missing. */
  | 'DELETED'
  /** What it says is not what was sealed. */
  | 'EDITED'
  /** A signed checkpoint belongs to another history. */
  | 'FORKED'
  /** Events are there that no checkpoint knows. */
  | 'INSERTED'
  /** Events stand in another order. */
  | 'REORDERED'
  /** A checkpoint is signed by none of the keys. */
  | 'RE_SIGNED'
  /** It ends before its newest checkpoint. */
  | 'TRUNCATED';

/** Which audit events to list. */
export type AuditFilter = {
  /** Only these actions, e.g. job.submit. */
  readonly actions?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Only what this actor did. */
  readonly actorId?: InputMaybe<Scalars['String']['input']>;
  /** Not before. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only what belongs to this job. */
  readonly jobId?: InputMaybe<Scalars['String']['input']>;
  /** Only what came with this request. */
  readonly requestId?: InputMaybe<Scalars['String']['input']>;
  /** Only what was done to this object. */
  readonly targetId?: InputMaybe<Scalars['String']['input']>;
  /** Before. */
  readonly to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** That an event is in the tree of a checkpoint, with all that is hashed on the way; see docs/audit.md. */
export type AuditInclusionProof = {
  readonly __typename?: 'AuditInclusionProof';
  /** The checkpoint whose root the path leads to. */
  readonly checkpoint: AuditCheckpoint;
  /** What is hashed as the leaf, hexadecimal. */
  readonly entry: Scalars['String']['output'];
  /** The hash of the leaf, hexadecimal. */
  readonly leaf: Scalars['String']['output'];
  /** The event as it is committed to: event, name and data. */
  readonly parts: Scalars['JSON']['output'];
  /** The hashes from the leaf up to the root, hexadecimal. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
  /** The salts of the parts in the order event, name, data, hexadecimal. */
  readonly salts: ReadonlyArray<Scalars['String']['output']>;
  /** Number of the event; its place among the leaves is one less. */
  readonly seq: Scalars['String']['output'];
};

/** A public key that signs the tenant's checkpoints, or has signed some. */
export type AuditKey = {
  readonly __typename?: 'AuditKey';
  /** False for one that was rotated out: it still proves what it signed. */
  readonly isCurrent: Scalars['Boolean']['output'];
  /** Name, id and key, as signed notes write them. */
  readonly verifierKey: Scalars['String']['output'];
};

/** A part of an event that an export can leave out; its commitment stays, so that the rest can be verified. */
export type AuditPart =
  /** Details by action. */
  | 'DATA'
  /** Name of the actor. */
  | 'NAME';

/** How long audit events are kept, and what has been forgotten. */
export type AuditRetention = {
  readonly __typename?: 'AuditRetention';
  /** Days that an event is kept after the end of its month; null for ever. */
  readonly days: Maybe<Scalars['Int']['output']>;
  /** How many events were forgotten: all up to this number. Those that follow stay provable. */
  readonly forgotten: Scalars['String']['output'];
  /** When events were forgotten last. */
  readonly forgottenAt: Maybe<Scalars['DateTime']['output']>;
};

/** Answer to setAuditRetention. */
export type AuditRetentionPayload = {
  readonly __typename?: 'AuditRetentionPayload';
  /** As it is now. */
  readonly retention: Maybe<AuditRetention>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** How the tenant's audit log stands. */
export type AuditStatus = {
  readonly __typename?: 'AuditStatus';
  /** The database cluster that it lives in, counted from 1; null before the first event is sealed. */
  readonly epoch: Maybe<Scalars['Int']['output']>;
  /** When the oldest of them was written. */
  readonly oldestUnsealedAt: Maybe<Scalars['DateTime']['output']>;
  /** When events were sealed last. */
  readonly sealedAt: Maybe<Scalars['DateTime']['output']>;
  /** How many events are sealed. */
  readonly size: Scalars['String']['output'];
  /** Ids of the first of them. */
  readonly strayIds: ReadonlyArray<Scalars['ID']['output']>;
  /** How many events stand outside the order of what is sealed, as only somebody with rights on the database can put them there. They are never sealed. */
  readonly strays: Scalars['Int']['output'];
  /** How many events wait for their seal; counted up to 10000. */
  readonly unsealed: Scalars['Int']['output'];
};

/** Sends the tenant's sealed events to a system outside: in order, without gaps, at least once. */
export type AuditStream = {
  readonly __typename?: 'AuditStream';
  /** How many sealed events have not. */
  readonly behind: Scalars['String']['output'];
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** Why the last try failed; null where it did not. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** Since when every try failed; null while it goes well. */
  readonly failingSince: Maybe<Scalars['DateTime']['output']>;
  /** What it tells of an event. */
  readonly format: AuditStreamFormat;
  /** Where to, over HTTPS. */
  readonly https: Maybe<AuditStreamHttps>;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** When the next try is due; null while it is paused. */
  readonly nextTryAt: Maybe<Scalars['DateTime']['output']>;
  /** Since when it is paused. */
  readonly pausedAt: Maybe<Scalars['DateTime']['output']>;
  /** Until when requests over HTTPS are signed by the secret before as well; null when it is no longer live. */
  readonly previousSecretUntil: Maybe<Scalars['DateTime']['output']>;
  /** Where to, in a bucket. */
  readonly s3: Maybe<AuditStreamS3>;
  /** Number of the last event that has arrived. */
  readonly sent: Scalars['String']['output'];
  /** When something arrived last. */
  readonly sentAt: Maybe<Scalars['DateTime']['output']>;
  /** Events that were forgotten by retention before they were sent. */
  readonly skipped: Scalars['String']['output'];
  /** Where to, by syslog. */
  readonly syslog: Maybe<AuditStreamSyslog>;
  /** The last test. */
  readonly test: AuditStreamTest;
  /** When the first of them was sealed; null where there is none. */
  readonly waitingSince: Maybe<Scalars['DateTime']['output']>;
};

/** What an audit stream tells of an event; each is a CloudEvent 1.0. */
export type AuditStreamFormat =
  /** `data` has the parts of the event as they are committed to: event, name and data. */
  | 'NATIVE'
  /** `data` is OCSF API Activity. */
  | 'OCSF';

/** A receiver over HTTPS: each batch is one request, signed by Standard Webhooks. */
export type AuditStreamHttps = {
  readonly __typename?: 'AuditStreamHttps';
  /** Certificates in PEM that are trusted in place of the usual ones. */
  readonly certificateAuthority: Maybe<Scalars['String']['output']>;
  /** Where to. */
  readonly url: Scalars['String']['output'];
};

/** A receiver over HTTPS. */
export type AuditStreamHttpsInput = {
  /** Certificates in PEM to trust in place of the usual ones. */
  readonly certificateAuthority?: InputMaybe<Scalars['String']['input']>;
  /** Where to; https alone. */
  readonly url: Scalars['String']['input'];
};

/** Which stream. */
export type AuditStreamIdInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
};

/** Answer about an audit stream. */
export type AuditStreamPayload = {
  readonly __typename?: 'AuditStreamPayload';
  /** The stream as it is now, or was when it was deleted. */
  readonly auditStream: Maybe<AuditStream>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A bucket: each batch is an object with an event a line. */
export type AuditStreamS3 = {
  readonly __typename?: 'AuditStreamS3';
  /** How long events may wait for others to share an object with them. */
  readonly everySeconds: Scalars['Int']['output'];
  /** The integration of kind s3 that says where and by which credential. */
  readonly integrationId: Scalars['ID']['output'];
  /** Before every key, after the prefix of the integration. */
  readonly prefix: Scalars['String']['output'];
};

/** A bucket. */
export type AuditStreamS3Input = {
  /** How long events may wait for others to share an object with them, up to an hour. Absent: 60. */
  readonly everySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** An integration of kind s3 that offers `put`. */
  readonly integrationId: Scalars['ID']['input'];
  /** Before every key: segments with / behind. Absent: audit/ */
  readonly prefix?: InputMaybe<Scalars['String']['input']>;
};

/** A receiver of syslog: each event is a message by RFC 5424 over TLS. */
export type AuditStreamSyslog = {
  readonly __typename?: 'AuditStreamSyslog';
  /** Certificates in PEM that are trusted in place of the usual ones. */
  readonly certificateAuthority: Maybe<Scalars['String']['output']>;
  /** Facility of the messages. */
  readonly facility: Scalars['Int']['output'];
  /** Name or address. */
  readonly host: Scalars['String']['output'];
  /** What the messages name as their host. */
  readonly hostname: Scalars['String']['output'];
  /** A larger message goes without the details of its event. */
  readonly maxMessageBytes: Scalars['Int']['output'];
  /** Its port. */
  readonly port: Scalars['Int']['output'];
};

/** A receiver of syslog over TLS. */
export type AuditStreamSyslogInput = {
  /** Certificates in PEM to trust in place of the usual ones. */
  readonly certificateAuthority?: InputMaybe<Scalars['String']['input']>;
  /** 0 to 23. Absent: 13, log audit. */
  readonly facility?: InputMaybe<Scalars['Int']['input']>;
  /** Name or address. */
  readonly host: Scalars['String']['input'];
  /** What the messages name as their host. Absent: operandi. */
  readonly hostname?: InputMaybe<Scalars['String']['input']>;
  /** 2048 to 1048576. Absent: 8192. */
  readonly maxMessageBytes?: InputMaybe<Scalars['Int']['input']>;
  /** Absent: 6514. */
  readonly port?: InputMaybe<Scalars['Int']['input']>;
};

/** What came of a test. */
export type AuditStreamTest = {
  readonly __typename?: 'AuditStreamTest';
  /** When it was asked for; null once it is over. */
  readonly askedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it failed; null where it arrived. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** When it was over; null until then. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
};

/** What it was done to. */
export type AuditTarget = {
  readonly __typename?: 'AuditTarget';
  /** Its id. */
  readonly id: Scalars['String']['output'];
  /** Kind of object, e.g. job. */
  readonly kind: Scalars['String']['output'];
};

/** A new stream: one of https, s3 and syslog says where to. */
export type CreateAuditStreamInput = {
  /** Begins behind the event of this number, 0 for the first; absent: with what is sealed from now on. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** Absent: NATIVE. */
  readonly format?: InputMaybe<AuditStreamFormat>;
  /** Over HTTPS. */
  readonly https?: InputMaybe<AuditStreamHttpsInput>;
  /** Its name; no two streams have the same. */
  readonly name: Scalars['String']['input'];
  /** In a bucket. */
  readonly s3?: InputMaybe<AuditStreamS3Input>;
  /** By syslog. */
  readonly syslog?: InputMaybe<AuditStreamSyslogInput>;
};

/** Answer to createAuditStream. */
export type CreateAuditStreamPayload = {
  readonly __typename?: 'CreateAuditStreamPayload';
  /** The stream. */
  readonly auditStream: Maybe<AuditStream>;
  /** What requests over HTTPS are signed with. It is shown this once. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Whose data is to be erased: either of the two. */
export type EraseSubjectInput = {
  /** A member who was removed. */
  readonly memberId?: InputMaybe<Scalars['ID']['input']>;
  /** The subject as definitions name it in `x-sensitive`. */
  readonly subject?: InputMaybe<Scalars['String']['input']>;
};

/** Answer to eraseSubject. */
export type EraseSubjectPayload = {
  readonly __typename?: 'EraseSubjectPayload';
  /** What was done up to then tells nothing of the person any more. */
  readonly erasedAt: Maybe<Scalars['DateTime']['output']>;
  /** Keys that were destroyed; 0 where nothing had been sealed for the person. */
  readonly keys: Scalars['Int']['output'];
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A configured connection to an outside system. */
export type Integration = {
  readonly __typename?: 'Integration';
  /** Everything done to the integration, in order. */
  readonly auditTrail: AuditEventConnection;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
};


/** A configured connection to an outside system. */
export type IntegrationAuditTrailArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** One run of one version of an agent. */
export type Job = {
  readonly __typename?: 'Job';
  /** Everything done to the job and by it, in order. */
  readonly auditTrail: AuditEventConnection;
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What it did and what that followed from, up to a thousand events a page; null when the version is gone. */
  readonly lineage: Maybe<JobLineage>;
};


/** One run of one version of an agent. */
export type JobAuditTrailArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** One run of one version of an agent. */
export type JobLineageArgs = {
  after: InputMaybe<Scalars['String']['input']>;
};

/** One attempt of something that a job did outside the platform, and what it followed from. */
export type JobEffect = {
  readonly __typename?: 'JobEffect';
  /** What was done, e.g. integration.call. */
  readonly action: Scalars['String']['output'];
  /** Counts the credentials of the integration. */
  readonly credentialVersion: Maybe<Scalars['Int']['output']>;
  /** SHA-256 of the definition, hexadecimal. */
  readonly definitionHash: Maybe<Scalars['String']['output']>;
  /** Counts the claims of the job: which of its runs did it. */
  readonly epoch: Maybe<Scalars['Int']['output']>;
  /** Tokens that the model read, in all requests of the call. */
  readonly inputTokens: Maybe<Scalars['Int']['output']>;
  /** Counts the configurations of the integration. */
  readonly integrationVersion: Maybe<Scalars['Int']['output']>;
  /** The event that was durable before; null when it is on another page. */
  readonly intent: Maybe<AuditEvent>;
  /** Equal for each attempt and replay of the same effect. */
  readonly key: Maybe<Scalars['String']['output']>;
  /** Name of the model that was asked. */
  readonly model: Maybe<Scalars['String']['output']>;
  /** Name of the operation, where it was one of an integration. */
  readonly operation: Maybe<Scalars['String']['output']>;
  /** SHA-256 of the operation's schemas for arguments and result as canonical JSON, hexadecimal. */
  readonly operationSchema: Maybe<Scalars['String']['output']>;
  /** The event that came after; null when none is known. */
  readonly outcome: Maybe<AuditEvent>;
  /** Tokens that the model wrote. */
  readonly outputTokens: Maybe<Scalars['Int']['output']>;
  /** SHA-256 of what the model was asked, hexadecimal; null where the data of the job is sealed. */
  readonly promptDigest: Maybe<Scalars['String']['output']>;
  /** What is known of how it ended. */
  readonly state: JobEffectState;
  /** To what. */
  readonly target: AuditTarget;
  /** JSON pointer of the task. */
  readonly task: Maybe<Scalars['String']['output']>;
  /** Number of the agent's version. */
  readonly version: Maybe<Scalars['Int']['output']>;
};

/** What is known of how an effect ended. */
export type JobEffectState =
  /** It did not, or said that it did not. */
  | 'FAILED'
  /** It took effect. */
  | 'SUCCEEDED'
  /** Nobody has seen whether it took effect; so is one that is under way. */
  | 'UNKNOWN';

/** Why a job did what it did. */
export type JobLineage = {
  readonly __typename?: 'JobLineage';
  /** The agent, as namespace/name. */
  readonly agent: Scalars['String']['output'];
  /** The version of the agent. */
  readonly agentVersionId: Scalars['ID']['output'];
  /** What else was done to it and by it, in order: approvals, pauses, redrives, events, its end. */
  readonly decisions: ReadonlyArray<AuditEvent>;
  /** SHA-256 of its definition, hexadecimal. */
  readonly definitionHash: Scalars['String']['output'];
  /** What it did outside the platform, in order, attempt by attempt. */
  readonly effects: ReadonlyArray<JobEffect>;
  /** Pass it as `after` for what follows; null at the end. */
  readonly next: Maybe<Scalars['String']['output']>;
  /** The job that started it. */
  readonly parentId: Maybe<Scalars['ID']['output']>;
  /** Who asked for it: the event of its submission, where it is on this page. */
  readonly submission: Maybe<AuditEvent>;
  /** Its number. */
  readonly version: Scalars['Int']['output'];
};

/** While it is placed, nothing of the tenant is erased or forgotten. */
export type LegalHold = {
  readonly __typename?: 'LegalHold';
  /** Opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** Since when. */
  readonly placedAt: Scalars['DateTime']['output'];
  /** Name of who placed it. */
  readonly placedBy: Scalars['String']['output'];
  /** Why it was placed. */
  readonly reason: Scalars['String']['output'];
  /** Until when; null while it is placed. */
  readonly releasedAt: Maybe<Scalars['DateTime']['output']>;
};

/** Answer about a hold. */
export type LegalHoldPayload = {
  readonly __typename?: 'LegalHoldPayload';
  /** The hold as it is now. */
  readonly legalHold: Maybe<LegalHold>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Has sealed events sent to a system outside. An S3 stream takes INTEGRATIONS_INVOKE besides, all of them AUDIT_READ. */
  readonly createAuditStream: CreateAuditStreamPayload;
  /** Forgets a stream; what has arrived stays where it is. */
  readonly deleteAuditStream: AuditStreamPayload;
  /** Destroys the key of a person: their name in the log, or the data of jobs that was sealed for them. What is left stays provable. */
  readonly eraseSubject: EraseSubjectPayload;
  /** Sends nothing more until it is resumed. */
  readonly pauseAuditStream: AuditStreamPayload;
  /** Keeps everything of the tenant as it is until the hold is released. */
  readonly placeLegalHold: LegalHoldPayload;
  /** Ends a hold. */
  readonly releaseLegalHold: LegalHoldPayload;
  /** Goes on at once behind what has arrived. */
  readonly resumeAuditStream: AuditStreamPayload;
  /** Gives a stream over HTTPS another secret; until the overlap ends requests are signed by both. */
  readonly rotateAuditStreamSecret: RotateAuditStreamSecretPayload;
  /** Sets for how long audit events are kept. Those that are older are forgotten from the first on, once a checkpoint covers them. */
  readonly setAuditRetention: AuditRetentionPayload;
  /** Has one event sent that is no part of the log; `test` of the stream tells what came of it. */
  readonly testAuditStream: AuditStreamPayload;
};


export type MutationCreateAuditStreamArgs = {
  input: CreateAuditStreamInput;
};


export type MutationDeleteAuditStreamArgs = {
  input: AuditStreamIdInput;
};


export type MutationEraseSubjectArgs = {
  input: EraseSubjectInput;
};


export type MutationPauseAuditStreamArgs = {
  input: AuditStreamIdInput;
};


export type MutationPlaceLegalHoldArgs = {
  input: PlaceLegalHoldInput;
};


export type MutationReleaseLegalHoldArgs = {
  input: ReleaseLegalHoldInput;
};


export type MutationResumeAuditStreamArgs = {
  input: AuditStreamIdInput;
};


export type MutationRotateAuditStreamSecretArgs = {
  input: RotateAuditStreamSecretInput;
};


export type MutationSetAuditRetentionArgs = {
  input: SetAuditRetentionInput;
};


export type MutationTestAuditStreamArgs = {
  input: AuditStreamIdInput;
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

/** A new hold. */
export type PlaceLegalHoldInput = {
  /** Its name; of those that are placed no two have the same. */
  readonly name: Scalars['String']['input'];
  /** Why. */
  readonly reason: Scalars['String']['input'];
};

export type Query = {
  readonly __typename?: 'Query';
  /** A measure over what ended in a span, from a copy that is some seconds behind. At most 50 series and 10000 points. */
  readonly analytics: AnalyticsAnswer;
  /** The newest checkpoint; null before the first event is sealed. */
  readonly auditCheckpoint: Maybe<AuditCheckpoint>;
  /** Checkpoints, newest first. */
  readonly auditCheckpoints: AuditCheckpointConnection;
  /** Audit events, newest first. */
  readonly auditEvents: AuditEventConnection;
  /** Up to a thousand sealed events that follow a number, with what proves them. */
  readonly auditExport: AuditExportPage;
  /** The public keys of the tenant's checkpoints, those in use first. */
  readonly auditKeys: ReadonlyArray<AuditKey>;
  /** How long audit events are kept, and what has been forgotten. */
  readonly auditRetention: AuditRetention;
  /** How the log stands: what waits for its seal, and what can never have one. */
  readonly auditStatus: AuditStatus;
  /** A stream; null where there is none of this id. */
  readonly auditStream: Maybe<AuditStream>;
  /** Where sealed events are sent to, oldest first. */
  readonly auditStreams: ReadonlyArray<AuditStream>;
  /** That the checkpoint of one size is the beginning of that of a later one. */
  readonly consistencyProof: AuditConsistencyProof;
  /** That the newest checkpoint covers an event; null before it is sealed. */
  readonly inclusionProof: Maybe<AuditInclusionProof>;
  /** The legal holds that are placed, oldest first. */
  readonly legalHolds: ReadonlyArray<LegalHold>;
  /** Recomputes leaves and tree from the events that follow a number, at least 50000 of them or to the end, and holds them against the checkpoints. */
  readonly verifyAuditChain: AuditChainReport;
};


export type QueryAnalyticsArgs = {
  every: InputMaybe<AnalyticsInterval>;
  filter: InputMaybe<AnalyticsFilter>;
  from: Scalars['DateTime']['input'];
  groupBy: InputMaybe<AnalyticsGroup>;
  measure: AnalyticsMeasure;
  to: Scalars['DateTime']['input'];
};


export type QueryAuditCheckpointsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<AuditFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryAuditExportArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  hide: InputMaybe<ReadonlyArray<AuditPart>>;
};


export type QueryAuditStreamArgs = {
  id: Scalars['ID']['input'];
};


export type QueryConsistencyProofArgs = {
  from: Scalars['String']['input'];
  to: Scalars['String']['input'];
};


export type QueryInclusionProofArgs = {
  eventId: Scalars['ID']['input'];
};


export type QueryVerifyAuditChainArgs = {
  after: InputMaybe<Scalars['String']['input']>;
};

/** Which hold to release. */
export type ReleaseLegalHoldInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
};

/** Which stream gets another secret. */
export type RotateAuditStreamSecretInput = {
  /** Its id. */
  readonly id: Scalars['ID']['input'];
  /** How long requests are signed by the secret before as well, seconds, at most a week. */
  readonly overlapSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** Answer to rotateAuditStreamSecret. */
export type RotateAuditStreamSecretPayload = {
  readonly __typename?: 'RotateAuditStreamSecretPayload';
  /** The stream. */
  readonly auditStream: Maybe<AuditStream>;
  /** What requests are signed with from now on. It is shown this once. */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why it was refused. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** How long audit events are to be kept. */
export type SetAuditRetentionInput = {
  /** Days, from 1; absent for ever. */
  readonly days?: InputMaybe<Scalars['Int']['input']>;
};

export type Subscription = {
  readonly __typename?: 'Subscription';
  /** What is done in the tenant: first what follows the cursor, then live, in order and without gaps. */
  readonly auditEvents: AuditEvent;
};


export type SubscriptionAuditEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
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
  AuditEvent: AuditEvent;
  Integration: Integration;
  Job: Job;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Agent:
    ( { __typename: 'Agent' }
    & GraphQLRecursivePick<FederationTypes['Agent'], {"id":true}> );
  AuditEvent:
    ( { __typename: 'AuditEvent' }
    & GraphQLRecursivePick<FederationTypes['AuditEvent'], {"id":true}> );
  Integration:
    ( { __typename: 'Integration' }
    & GraphQLRecursivePick<FederationTypes['Integration'], {"id":true}> );
  Job:
    ( { __typename: 'Job' }
    & GraphQLRecursivePick<FederationTypes['Job'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Agent: ResolverTypeWrapper<SubjectNode>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  AnalyticsAnswer: ResolverTypeWrapper<AnalyticsAnswer>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  AnalyticsFilter: AnalyticsFilter;
  AnalyticsGroup: AnalyticsGroup;
  AnalyticsInterval: AnalyticsInterval;
  AnalyticsMeasure: AnalyticsMeasure;
  AnalyticsPoint: ResolverTypeWrapper<AnalyticsPoint>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AnalyticsSeries: ResolverTypeWrapper<AnalyticsSeries>;
  AnalyticsUnit: AnalyticsUnit;
  AuditActor: ResolverTypeWrapper<AuditActor>;
  AuditChainReport: ResolverTypeWrapper<LogReport>;
  AuditCheckpoint: ResolverTypeWrapper<AuditCheckpointRow>;
  AuditCheckpointConnection: ResolverTypeWrapper<Omit<AuditCheckpointConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AuditCheckpointEdge']>, nodes: ReadonlyArray<ResolversTypes['AuditCheckpoint']> }>;
  AuditCheckpointEdge: ResolverTypeWrapper<Omit<AuditCheckpointEdge, 'node'> & { node: ResolversTypes['AuditCheckpoint'] }>;
  AuditConsistencyProof: ResolverTypeWrapper<ConsistencyProof>;
  AuditEvent: ResolverTypeWrapper<ListedEvent>;
  AuditEventConnection: ResolverTypeWrapper<Omit<AuditEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['AuditEventEdge']>, nodes: ReadonlyArray<ResolversTypes['AuditEvent']> }>;
  AuditEventEdge: ResolverTypeWrapper<Omit<AuditEventEdge, 'node'> & { node: ResolversTypes['AuditEvent'] }>;
  AuditExportPage: ResolverTypeWrapper<ExportPage>;
  AuditExportStart: ResolverTypeWrapper<AuditExportStart>;
  AuditFault: AuditFault;
  AuditFilter: AuditFilter;
  AuditInclusionProof: ResolverTypeWrapper<InclusionProof>;
  AuditKey: ResolverTypeWrapper<AuditKey>;
  AuditPart: AuditPart;
  AuditRetention: ResolverTypeWrapper<Retention>;
  AuditRetentionPayload: ResolverTypeWrapper<Omit<AuditRetentionPayload, 'retention'> & { retention?: Maybe<ResolversTypes['AuditRetention']> }>;
  AuditStatus: ResolverTypeWrapper<LogStatus>;
  AuditStream: ResolverTypeWrapper<AuditStreamRow>;
  AuditStreamFormat: AuditStreamFormat;
  AuditStreamHttps: ResolverTypeWrapper<AuditStreamHttps>;
  AuditStreamHttpsInput: AuditStreamHttpsInput;
  AuditStreamIdInput: AuditStreamIdInput;
  AuditStreamPayload: ResolverTypeWrapper<Omit<AuditStreamPayload, 'auditStream'> & { auditStream?: Maybe<ResolversTypes['AuditStream']> }>;
  AuditStreamS3: ResolverTypeWrapper<AuditStreamS3>;
  AuditStreamS3Input: AuditStreamS3Input;
  AuditStreamSyslog: ResolverTypeWrapper<AuditStreamSyslog>;
  AuditStreamSyslogInput: AuditStreamSyslogInput;
  AuditStreamTest: ResolverTypeWrapper<AuditStreamTest>;
  AuditTarget: ResolverTypeWrapper<AuditTarget>;
  CreateAuditStreamInput: CreateAuditStreamInput;
  CreateAuditStreamPayload: ResolverTypeWrapper<Omit<CreateAuditStreamPayload, 'auditStream'> & { auditStream?: Maybe<ResolversTypes['AuditStream']> }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EraseSubjectInput: EraseSubjectInput;
  EraseSubjectPayload: ResolverTypeWrapper<EraseSubjectPayload>;
  Integration: ResolverTypeWrapper<SubjectNode>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Job: ResolverTypeWrapper<SubjectNode>;
  JobEffect: ResolverTypeWrapper<Omit<JobEffect, 'intent' | 'outcome'> & { intent?: Maybe<ResolversTypes['AuditEvent']>, outcome?: Maybe<ResolversTypes['AuditEvent']> }>;
  JobEffectState: JobEffectState;
  JobLineage: ResolverTypeWrapper<JobLineageRow>;
  LegalHold: ResolverTypeWrapper<LegalHoldRow>;
  LegalHoldPayload: ResolverTypeWrapper<Omit<LegalHoldPayload, 'legalHold'> & { legalHold?: Maybe<ResolversTypes['LegalHold']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PlaceLegalHoldInput: PlaceLegalHoldInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReleaseLegalHoldInput: ReleaseLegalHoldInput;
  RotateAuditStreamSecretInput: RotateAuditStreamSecretInput;
  RotateAuditStreamSecretPayload: ResolverTypeWrapper<Omit<RotateAuditStreamSecretPayload, 'auditStream'> & { auditStream?: Maybe<ResolversTypes['AuditStream']> }>;
  SetAuditRetentionInput: SetAuditRetentionInput;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<UserError>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Agent: SubjectNode;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  AnalyticsAnswer: AnalyticsAnswer;
  Boolean: Scalars['Boolean']['output'];
  AnalyticsFilter: AnalyticsFilter;
  AnalyticsPoint: AnalyticsPoint;
  Float: Scalars['Float']['output'];
  AnalyticsSeries: AnalyticsSeries;
  AuditActor: AuditActor;
  AuditChainReport: LogReport;
  AuditCheckpoint: AuditCheckpointRow;
  AuditCheckpointConnection: Omit<AuditCheckpointConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AuditCheckpointEdge']>, nodes: ReadonlyArray<ResolversParentTypes['AuditCheckpoint']> };
  AuditCheckpointEdge: Omit<AuditCheckpointEdge, 'node'> & { node: ResolversParentTypes['AuditCheckpoint'] };
  AuditConsistencyProof: ConsistencyProof;
  AuditEvent: ListedEvent;
  AuditEventConnection: Omit<AuditEventConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['AuditEventEdge']>, nodes: ReadonlyArray<ResolversParentTypes['AuditEvent']> };
  AuditEventEdge: Omit<AuditEventEdge, 'node'> & { node: ResolversParentTypes['AuditEvent'] };
  AuditExportPage: ExportPage;
  AuditExportStart: AuditExportStart;
  AuditFilter: AuditFilter;
  AuditInclusionProof: InclusionProof;
  AuditKey: AuditKey;
  AuditRetention: Retention;
  AuditRetentionPayload: Omit<AuditRetentionPayload, 'retention'> & { retention?: Maybe<ResolversParentTypes['AuditRetention']> };
  AuditStatus: LogStatus;
  AuditStream: AuditStreamRow;
  AuditStreamHttps: AuditStreamHttps;
  AuditStreamHttpsInput: AuditStreamHttpsInput;
  AuditStreamIdInput: AuditStreamIdInput;
  AuditStreamPayload: Omit<AuditStreamPayload, 'auditStream'> & { auditStream?: Maybe<ResolversParentTypes['AuditStream']> };
  AuditStreamS3: AuditStreamS3;
  AuditStreamS3Input: AuditStreamS3Input;
  AuditStreamSyslog: AuditStreamSyslog;
  AuditStreamSyslogInput: AuditStreamSyslogInput;
  AuditStreamTest: AuditStreamTest;
  AuditTarget: AuditTarget;
  CreateAuditStreamInput: CreateAuditStreamInput;
  CreateAuditStreamPayload: Omit<CreateAuditStreamPayload, 'auditStream'> & { auditStream?: Maybe<ResolversParentTypes['AuditStream']> };
  DateTime: Scalars['DateTime']['output'];
  EraseSubjectInput: EraseSubjectInput;
  EraseSubjectPayload: EraseSubjectPayload;
  Integration: SubjectNode;
  JSON: Scalars['JSON']['output'];
  Job: SubjectNode;
  JobEffect: Omit<JobEffect, 'intent' | 'outcome'> & { intent?: Maybe<ResolversParentTypes['AuditEvent']>, outcome?: Maybe<ResolversParentTypes['AuditEvent']> };
  JobLineage: JobLineageRow;
  LegalHold: LegalHoldRow;
  LegalHoldPayload: Omit<LegalHoldPayload, 'legalHold'> & { legalHold?: Maybe<ResolversParentTypes['LegalHold']> };
  Mutation: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  PlaceLegalHoldInput: PlaceLegalHoldInput;
  Query: Record<PropertyKey, never>;
  ReleaseLegalHoldInput: ReleaseLegalHoldInput;
  RotateAuditStreamSecretInput: RotateAuditStreamSecretInput;
  RotateAuditStreamSecretPayload: Omit<RotateAuditStreamSecretPayload, 'auditStream'> & { auditStream?: Maybe<ResolversParentTypes['AuditStream']> };
  SetAuditRetentionInput: SetAuditRetentionInput;
  Subscription: Record<PropertyKey, never>;
  UserError: UserError;
};

export type AgentResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent'], FederationReferenceType extends FederationReferenceTypes['Agent'] = FederationReferenceTypes['Agent']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Agent']> | FederationReferenceType, FederationReferenceType, ContextType>;
  auditTrail?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, Partial<AgentAuditTrailArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type AnalyticsAnswerResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AnalyticsAnswer'] = ResolversParentTypes['AnalyticsAnswer']> = {
  copiedUpTo?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  isCut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  series?: Resolver<ReadonlyArray<ResolversTypes['AnalyticsSeries']>, ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['AnalyticsUnit'], ParentType, ContextType>;
};

export type AnalyticsPointResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AnalyticsPoint'] = ResolversParentTypes['AnalyticsPoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  p50?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  p95?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  p99?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  sum?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type AnalyticsSeriesResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AnalyticsSeries'] = ResolversParentTypes['AnalyticsSeries']> = {
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  points?: Resolver<ReadonlyArray<ResolversTypes['AnalyticsPoint']>, ParentType, ContextType>;
};

export type AuditActorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditActor'] = ResolversParentTypes['AuditActor']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditChainReportResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditChainReport'] = ResolversParentTypes['AuditChainReport']> = {
  checked?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fault?: Resolver<Maybe<ResolversTypes['AuditFault']>, ParentType, ContextType>;
  firstBadSeq?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  isIntact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastBadSeq?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuditCheckpointResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditCheckpoint'] = ResolversParentTypes['AuditCheckpoint']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  note?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  root?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditCheckpointConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditCheckpointConnection'] = ResolversParentTypes['AuditCheckpointConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditCheckpointEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuditCheckpoint']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditCheckpointEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditCheckpointEdge'] = ResolversParentTypes['AuditCheckpointEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditCheckpoint'], ParentType, ContextType>;
};

export type AuditConsistencyProofResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditConsistencyProof'] = ResolversParentTypes['AuditConsistencyProof']> = {
  from?: Resolver<ResolversTypes['AuditCheckpoint'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['AuditCheckpoint'], ParentType, ContextType>;
};

export type AuditEventResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditEvent'] = ResolversParentTypes['AuditEvent'], FederationReferenceType extends FederationReferenceTypes['AuditEvent'] = FederationReferenceTypes['AuditEvent']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['AuditEvent']> | FederationReferenceType, FederationReferenceType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['AuditActor'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  hash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  proof?: Resolver<Maybe<ResolversTypes['AuditInclusionProof']>, ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  seq?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  target?: Resolver<ResolversTypes['AuditTarget'], ParentType, ContextType>;
};

export type AuditEventConnectionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditEventConnection'] = ResolversParentTypes['AuditEventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEventEdgeResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditEventEdge'] = ResolversParentTypes['AuditEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEvent'], ParentType, ContextType>;
};

export type AuditExportPageResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditExportPage'] = ResolversParentTypes['AuditExportPage']> = {
  checkpoints?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  leaves?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  start?: Resolver<Maybe<ResolversTypes['AuditExportStart']>, ParentType, ContextType>;
};

export type AuditExportStartResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditExportStart'] = ResolversParentTypes['AuditExportStart']> = {
  peaks?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  size?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditInclusionProofResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditInclusionProof'] = ResolversParentTypes['AuditInclusionProof']> = {
  checkpoint?: Resolver<ResolversTypes['AuditCheckpoint'], ParentType, ContextType>;
  entry?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  leaf?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  parts?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  salts?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  seq?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditKeyResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditKey'] = ResolversParentTypes['AuditKey']> = {
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  verifierKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditRetentionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditRetention'] = ResolversParentTypes['AuditRetention']> = {
  days?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  forgotten?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  forgottenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AuditRetentionPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditRetentionPayload'] = ResolversParentTypes['AuditRetentionPayload']> = {
  retention?: Resolver<Maybe<ResolversTypes['AuditRetention']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AuditStatusResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStatus'] = ResolversParentTypes['AuditStatus']> = {
  epoch?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  oldestUnsealedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sealedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  size?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  strayIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  strays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unsealed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditStreamResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStream'] = ResolversParentTypes['AuditStream']> = {
  behind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  failingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  format?: Resolver<ResolversTypes['AuditStreamFormat'], ParentType, ContextType>;
  https?: Resolver<Maybe<ResolversTypes['AuditStreamHttps']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextTryAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  pausedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  previousSecretUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  s3?: Resolver<Maybe<ResolversTypes['AuditStreamS3']>, ParentType, ContextType>;
  sent?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sentAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  skipped?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  syslog?: Resolver<Maybe<ResolversTypes['AuditStreamSyslog']>, ParentType, ContextType>;
  test?: Resolver<ResolversTypes['AuditStreamTest'], ParentType, ContextType>;
  waitingSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AuditStreamHttpsResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStreamHttps'] = ResolversParentTypes['AuditStreamHttps']> = {
  certificateAuthority?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditStreamPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStreamPayload'] = ResolversParentTypes['AuditStreamPayload']> = {
  auditStream?: Resolver<Maybe<ResolversTypes['AuditStream']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AuditStreamS3Resolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStreamS3'] = ResolversParentTypes['AuditStreamS3']> = {
  everySeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  integrationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  prefix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditStreamSyslogResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStreamSyslog'] = ResolversParentTypes['AuditStreamSyslog']> = {
  certificateAuthority?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  facility?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  host?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  hostname?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxMessageBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  port?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditStreamTestResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditStreamTest'] = ResolversParentTypes['AuditStreamTest']> = {
  askedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AuditTargetResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['AuditTarget'] = ResolversParentTypes['AuditTarget']> = {
  id?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CreateAuditStreamPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['CreateAuditStreamPayload'] = ResolversParentTypes['CreateAuditStreamPayload']> = {
  auditStream?: Resolver<Maybe<ResolversTypes['AuditStream']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type EraseSubjectPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['EraseSubjectPayload'] = ResolversParentTypes['EraseSubjectPayload']> = {
  erasedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  keys?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type IntegrationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Integration'] = ResolversParentTypes['Integration'], FederationReferenceType extends FederationReferenceTypes['Integration'] = FederationReferenceTypes['Integration']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Integration']> | FederationReferenceType, FederationReferenceType, ContextType>;
  auditTrail?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, Partial<IntegrationAuditTrailArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JobResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job'], FederationReferenceType extends FederationReferenceTypes['Job'] = FederationReferenceTypes['Job']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Job']> | FederationReferenceType, FederationReferenceType, ContextType>;
  auditTrail?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, Partial<JobAuditTrailArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lineage?: Resolver<Maybe<ResolversTypes['JobLineage']>, ParentType, ContextType, Partial<JobLineageArgs>>;
};

export type JobEffectResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobEffect'] = ResolversParentTypes['JobEffect']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  credentialVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  definitionHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  epoch?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  inputTokens?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  integrationVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  intent?: Resolver<Maybe<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  key?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  model?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operation?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationSchema?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  outputTokens?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  promptDigest?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JobEffectState'], ParentType, ContextType>;
  target?: Resolver<ResolversTypes['AuditTarget'], ParentType, ContextType>;
  task?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type JobLineageResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['JobLineage'] = ResolversParentTypes['JobLineage']> = {
  agent?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  agentVersionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  decisions?: Resolver<ReadonlyArray<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  definitionHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  effects?: Resolver<ReadonlyArray<ResolversTypes['JobEffect']>, ParentType, ContextType>;
  next?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  parentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  submission?: Resolver<Maybe<ResolversTypes['AuditEvent']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LegalHoldResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['LegalHold'] = ResolversParentTypes['LegalHold']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  placedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  releasedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type LegalHoldPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['LegalHoldPayload'] = ResolversParentTypes['LegalHoldPayload']> = {
  legalHold?: Resolver<Maybe<ResolversTypes['LegalHold']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createAuditStream?: Resolver<ResolversTypes['CreateAuditStreamPayload'], ParentType, ContextType, RequireFields<MutationCreateAuditStreamArgs, 'input'>>;
  deleteAuditStream?: Resolver<ResolversTypes['AuditStreamPayload'], ParentType, ContextType, RequireFields<MutationDeleteAuditStreamArgs, 'input'>>;
  eraseSubject?: Resolver<ResolversTypes['EraseSubjectPayload'], ParentType, ContextType, RequireFields<MutationEraseSubjectArgs, 'input'>>;
  pauseAuditStream?: Resolver<ResolversTypes['AuditStreamPayload'], ParentType, ContextType, RequireFields<MutationPauseAuditStreamArgs, 'input'>>;
  placeLegalHold?: Resolver<ResolversTypes['LegalHoldPayload'], ParentType, ContextType, RequireFields<MutationPlaceLegalHoldArgs, 'input'>>;
  releaseLegalHold?: Resolver<ResolversTypes['LegalHoldPayload'], ParentType, ContextType, RequireFields<MutationReleaseLegalHoldArgs, 'input'>>;
  resumeAuditStream?: Resolver<ResolversTypes['AuditStreamPayload'], ParentType, ContextType, RequireFields<MutationResumeAuditStreamArgs, 'input'>>;
  rotateAuditStreamSecret?: Resolver<ResolversTypes['RotateAuditStreamSecretPayload'], ParentType, ContextType, RequireFields<MutationRotateAuditStreamSecretArgs, 'input'>>;
  setAuditRetention?: Resolver<ResolversTypes['AuditRetentionPayload'], ParentType, ContextType, RequireFields<MutationSetAuditRetentionArgs, 'input'>>;
  testAuditStream?: Resolver<ResolversTypes['AuditStreamPayload'], ParentType, ContextType, RequireFields<MutationTestAuditStreamArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  analytics?: Resolver<ResolversTypes['AnalyticsAnswer'], ParentType, ContextType, RequireFields<QueryAnalyticsArgs, 'from' | 'measure' | 'to'>>;
  auditCheckpoint?: Resolver<Maybe<ResolversTypes['AuditCheckpoint']>, ParentType, ContextType>;
  auditCheckpoints?: Resolver<ResolversTypes['AuditCheckpointConnection'], ParentType, ContextType, Partial<QueryAuditCheckpointsArgs>>;
  auditEvents?: Resolver<ResolversTypes['AuditEventConnection'], ParentType, ContextType, Partial<QueryAuditEventsArgs>>;
  auditExport?: Resolver<ResolversTypes['AuditExportPage'], ParentType, ContextType, Partial<QueryAuditExportArgs>>;
  auditKeys?: Resolver<ReadonlyArray<ResolversTypes['AuditKey']>, ParentType, ContextType>;
  auditRetention?: Resolver<ResolversTypes['AuditRetention'], ParentType, ContextType>;
  auditStatus?: Resolver<ResolversTypes['AuditStatus'], ParentType, ContextType>;
  auditStream?: Resolver<Maybe<ResolversTypes['AuditStream']>, ParentType, ContextType, RequireFields<QueryAuditStreamArgs, 'id'>>;
  auditStreams?: Resolver<ReadonlyArray<ResolversTypes['AuditStream']>, ParentType, ContextType>;
  consistencyProof?: Resolver<ResolversTypes['AuditConsistencyProof'], ParentType, ContextType, RequireFields<QueryConsistencyProofArgs, 'from' | 'to'>>;
  inclusionProof?: Resolver<Maybe<ResolversTypes['AuditInclusionProof']>, ParentType, ContextType, RequireFields<QueryInclusionProofArgs, 'eventId'>>;
  legalHolds?: Resolver<ReadonlyArray<ResolversTypes['LegalHold']>, ParentType, ContextType>;
  verifyAuditChain?: Resolver<ResolversTypes['AuditChainReport'], ParentType, ContextType, Partial<QueryVerifyAuditChainArgs>>;
};

export type RotateAuditStreamSecretPayloadResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['RotateAuditStreamSecretPayload'] = ResolversParentTypes['RotateAuditStreamSecretPayload']> = {
  auditStream?: Resolver<Maybe<ResolversTypes['AuditStream']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  auditEvents?: SubscriptionResolver<ResolversTypes['AuditEvent'], "auditEvents", ParentType, ContextType, Partial<SubscriptionAuditEventsArgs>>;
};

export type UserErrorResolvers<ContextType = SubgraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = SubgraphContext> = {
  Agent?: AgentResolvers<ContextType>;
  AnalyticsAnswer?: AnalyticsAnswerResolvers<ContextType>;
  AnalyticsPoint?: AnalyticsPointResolvers<ContextType>;
  AnalyticsSeries?: AnalyticsSeriesResolvers<ContextType>;
  AuditActor?: AuditActorResolvers<ContextType>;
  AuditChainReport?: AuditChainReportResolvers<ContextType>;
  AuditCheckpoint?: AuditCheckpointResolvers<ContextType>;
  AuditCheckpointConnection?: AuditCheckpointConnectionResolvers<ContextType>;
  AuditCheckpointEdge?: AuditCheckpointEdgeResolvers<ContextType>;
  AuditConsistencyProof?: AuditConsistencyProofResolvers<ContextType>;
  AuditEvent?: AuditEventResolvers<ContextType>;
  AuditEventConnection?: AuditEventConnectionResolvers<ContextType>;
  AuditEventEdge?: AuditEventEdgeResolvers<ContextType>;
  AuditExportPage?: AuditExportPageResolvers<ContextType>;
  AuditExportStart?: AuditExportStartResolvers<ContextType>;
  AuditInclusionProof?: AuditInclusionProofResolvers<ContextType>;
  AuditKey?: AuditKeyResolvers<ContextType>;
  AuditRetention?: AuditRetentionResolvers<ContextType>;
  AuditRetentionPayload?: AuditRetentionPayloadResolvers<ContextType>;
  AuditStatus?: AuditStatusResolvers<ContextType>;
  AuditStream?: AuditStreamResolvers<ContextType>;
  AuditStreamHttps?: AuditStreamHttpsResolvers<ContextType>;
  AuditStreamPayload?: AuditStreamPayloadResolvers<ContextType>;
  AuditStreamS3?: AuditStreamS3Resolvers<ContextType>;
  AuditStreamSyslog?: AuditStreamSyslogResolvers<ContextType>;
  AuditStreamTest?: AuditStreamTestResolvers<ContextType>;
  AuditTarget?: AuditTargetResolvers<ContextType>;
  CreateAuditStreamPayload?: CreateAuditStreamPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EraseSubjectPayload?: EraseSubjectPayloadResolvers<ContextType>;
  Integration?: IntegrationResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Job?: JobResolvers<ContextType>;
  JobEffect?: JobEffectResolvers<ContextType>;
  JobLineage?: JobLineageResolvers<ContextType>;
  LegalHold?: LegalHoldResolvers<ContextType>;
  LegalHoldPayload?: LegalHoldPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RotateAuditStreamSecretPayload?: RotateAuditStreamSecretPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};


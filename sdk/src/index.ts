export * from './_generated/documents.ts';
export type { Agent, Finding, PublishedAgent, TenantAgents } from './agents-of-tenant.ts';
export type {
  AgentClient,
  AgentName,
  Agents,
  DoneJobOf,
  InputOf,
  JobOf,
  OutputOf,
} from './agents.ts';
export type { Approval, Approvals, ApprovalWish, Approvement, Decision } from './approvals.ts';
export type { Audit, AuditEvent, AuditExportPage, ExportOptions } from './audit.ts';
export type { BatchOptions, BatchResult, JobBatch } from './batches.ts';
export type { Attempt, AttemptEnd, CallOptions, Hooks, Retry, SendOptions } from './calls.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
export type { ApiKey, CredentialWish } from './credentials.ts';
export { enqueueInTransaction, type EnqueuedJob, type TransactionClient } from './enqueue.ts';
export {
  ConnectionError,
  type ErrorCode,
  errorCodes,
  isErrorCode,
  JobEndedError,
  OperandiError,
  type Problem,
  RefusedError,
  TimeoutError,
} from './errors.ts';
export { type Backtest, type BacktestResult, type Backtests, openBacktests } from './backtests.ts';
export {
  type DecisionLink,
  type DecisionLinks,
  type LinkWish,
  type NewDecisionLink,
  openDecisionLinks,
} from './decision-links.ts';
export type { OutsideEvent, SentEvent } from './events.ts';
export type { FollowOptions, LostStream } from './follow.ts';
export type { Reviver } from './http.ts';
export type { Integration, Integrations, Invocation } from './integrations.ts';
export type { Job, RunOptions, SubmitOptions } from './jobs.ts';
export type { Listing, ListOptions, NodeOf, Page } from './listing.ts';
export type { Backfill, Schedule, SchedulePreview, Schedules } from './schedules.ts';
export type {
  Bulk,
  BulkOptions,
  CancelOptions,
  JobChange,
  Jobs,
  ListedJob,
  RedriveOptions,
  RedrivePlan,
  RenderedResult,
} from './steering.ts';
export type { AccessToken, TokenWish } from './tokens.ts';
export type { WatchOptions } from './watch.ts';
export { undoDecision } from './undo-decision.ts';

export * from './_generated/documents.ts';
export type {
  AgentClient,
  AgentName,
  Agents,
  DoneJobOf,
  InputOf,
  JobOf,
  OutputOf,
} from './agents.ts';
export type { BatchOptions, BatchResult, JobBatch } from './batches.ts';
export { type Client, type ClientOptions, createClient } from './client.ts';
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
} from './errors.ts';
export type { Reviver } from './http.ts';
export type { Job, RunOptions, SubmitOptions } from './jobs.ts';
export type { Backfill, Schedule, Schedules } from './schedules.ts';
export type { AccessToken, TokenWish } from './tokens.ts';
export type { WatchOptions } from './watch.ts';

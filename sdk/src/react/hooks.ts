import type { JobEventFieldsFragment, JobFilter } from '../_generated/documents.ts';
import type { Approval, ApprovalWish, Approvement, Decision } from '../approvals.ts';
import type { Job } from '../jobs.ts';
import type { ListedJob } from '../steering.ts';
import { useClient } from './provider.ts';
import { approvalsSource, jobsSource, jobSource } from './sources.ts';
import { type LiveOptions, type LiveState, useLive } from './use-live.ts';

/** A job as it stands, kept up to date. */
export interface JobView extends LiveState {
  /** Undefined until it has come, null when there is no such job. */
  readonly job: Job | null | undefined;
  /** Its events so far, in order; of more than a thousand the last. */
  readonly events: readonly JobEventFieldsFragment[];
}

/** One job with its events, live until it is over. */
export function useJob(id: string, { suspense }: LiveOptions = {}): JobView {
  const client = useClient();
  const { value, ...state } = useLive({
    ...{ client, key: `job ${id}`, source: () => jobSource(client, id) },
    ...(suspense === undefined ? {} : { suspense }),
  });
  return { ...state, job: value?.job, events: value?.events ?? none };
}

/** Jobs as they stand, kept up to date. */
export interface JobsView extends LiveState {
  /** Empty until they have come. */
  readonly jobs: readonly ListedJob[];
}

/** The newest jobs that a filter shows, live. */
export function useJobs(
  filter: JobFilter = {},
  { suspense, limit = 50 }: LiveOptions & { /** @default 50 */ readonly limit?: number } = {},
): JobsView {
  const client = useClient();
  const { value, ...state } = useLive({
    ...{ client, key: `jobs ${JSON.stringify([filter, limit])}` },
    source: () => jobsSource(client, { filter, limit }),
    ...(suspense === undefined ? {} : { suspense }),
  });
  return { ...state, jobs: value ?? none };
}

export interface ApprovalsWish extends LiveOptions, Pick<ApprovalWish, 'state' | 'mine'> {
  /** Those of one job, whatever their state. */
  readonly jobId?: string;
  /** @default 50 */
  readonly limit?: number;
}

/** Approvals as they stand, kept up to date, and how to decide them. */
export interface ApprovalsView extends LiveState {
  /** Empty until they have come. */
  readonly approvals: readonly Approval[];
  /** Throws `RefusedError` with what the form misses. */
  readonly approve: (id: string, decision?: Approvement) => Promise<Approval>;
  readonly reject: (id: string, decision?: Decision) => Promise<Approval>;
}

/** Approvals that wait, or those of one job, live. */
export function useApprovals({ suspense, limit = 50, ...wish }: ApprovalsWish = {}): ApprovalsView {
  const client = useClient();
  const { value, ...state } = useLive({
    ...{ client, key: `approvals ${JSON.stringify([wish, limit])}` },
    source: () => approvalsSource(client, { ...wish, limit }),
    ...(suspense === undefined ? {} : { suspense }),
  });
  const { refresh } = state;
  const decided = async (decision: Promise<Approval>): Promise<Approval> => {
    try {
      return await decision;
    } finally {
      void refresh();
    }
  };
  return {
    ...{ ...state, approvals: value ?? none },
    approve: (id, decision) => decided(client.approvals.approve(id, decision)),
    reject: (id, decision) => decided(client.approvals.reject(id, decision)),
  };
}

/** One approval of a job. */
export interface ApprovalView extends LiveState {
  /** Undefined until it has come, null when the job has no such approval. */
  readonly approval: Approval | null | undefined;
  readonly approve: (decision?: Approvement) => Promise<Approval>;
  readonly reject: (decision?: Decision) => Promise<Approval>;
}

/** One approval of a job, live; all of a job are looked at together. */
export function useApproval(
  { id, jobId }: { readonly id: string; readonly jobId: string },
  options: LiveOptions = {},
): ApprovalView {
  const { approvals, approve, reject, ...state } = useApprovals({ ...options, jobId });
  const found = approvals.find((each) => each.id === id);
  return {
    ...state,
    approval: found ?? (state.isLoading ? undefined : null),
    approve: (decision) => approve(id, decision),
    reject: (decision) => reject(id, decision),
  };
}

const none: readonly never[] = [];

import type { ApprovalFieldsFragment, ApprovalState } from './_generated/documents.ts';
import {
  DecideApprovalOperation,
  JobApprovalsOperation,
  ListApprovalsOperation,
  WatchApprovalsOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { follow, type FollowOptions } from './follow.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** A human decision that a job waits for. */
export type Approval = ApprovalFieldsFragment;

export interface ApprovalWish extends ListOptions {
  /** @default PENDING */
  readonly state?: ApprovalState;
  /** True for those that the caller may decide now. @default false */
  readonly mine?: boolean;
}

export interface Decision extends CallOptions {
  /** A remark for the log and the job. */
  readonly comment?: string;
}

export interface Approvement extends Decision {
  /** What `Approval.form` asks for. */
  readonly data?: unknown;
}

/** Approvals; decisions throw `RefusedError` with every problem, e.g. what the form misses, and CONFLICT when it is decided. */
export interface Approvals {
  /** All that fit, newest first. */
  list(wish?: ApprovalWish): Listing<Approval>;
  /** Those of one job; empty when there is no such job. */
  ofJob(jobId: string, options?: CallOptions): Promise<readonly Approval[]>;
  approve(id: string, decision?: Approvement): Promise<Approval>;
  reject(id: string, decision?: Decision): Promise<Approval>;
  /** Each approval as it is asked for and decided, from now on or behind `after`, without end. */
  watch(
    options?: FollowOptions,
  ): AsyncGenerator<{ readonly cursor: string; readonly approval: Approval }, void>;
}

export function openApprovals(transport: Transport): Approvals {
  const { query, mutate } = callsOver(transport);
  const decide = async (
    id: string,
    approve: boolean,
    { comment, data, ...options }: Approvement = {},
  ): Promise<Approval> => {
    const input = {
      ...{ id, approve },
      ...(comment === undefined ? {} : { comment }),
      ...(data === undefined ? {} : { data }),
    };
    return given((await mutate(DecideApprovalOperation, input, options)).approval);
  };
  return {
    list: ({ state, mine, ...options } = {}) => {
      const variables = {
        ...(state === undefined ? {} : { state }),
        ...(mine === undefined ? {} : { mine }),
      };
      return listingOf(transport, { operation: ListApprovalsOperation, variables }, options);
    },
    ofJob: async (jobId, options) =>
      (await query(JobApprovalsOperation, { jobId }, options)).job?.approvals ?? [],
    approve: (id, decision) => decide(id, true, decision),
    reject: (id, decision) => decide(id, false, decision),
    watch: (options = {}) => watchApprovals(transport, options),
  };
}

async function* watchApprovals(
  transport: Transport,
  options: FollowOptions,
): AsyncGenerator<{ readonly cursor: string; readonly approval: Approval }, void> {
  const followed = {
    operation: WatchApprovalsOperation,
    variables: {},
    cursorOf: (data: { readonly approvalRequests: { readonly cursor: string } }) =>
      data.approvalRequests.cursor,
  };
  for await (const { approvalRequests } of follow(transport, followed, options))
    yield approvalRequests;
}

export {
  type ApprovalsView,
  type ApprovalsWish,
  type ApprovalView,
  type JobsView,
  type JobView,
  useApproval,
  useApprovals,
  useJob,
  useJobs,
} from './hooks.ts';
export { OperandiProvider, useClient } from './provider.ts';
export type { LiveOptions, LiveState } from './use-live.ts';

/** Types of job events that concern approvals; their data names the wait, which is the approval's key. */
export const approvalEvents = {
  requested: 'dev.operandi.approval.requested.v1',
  reminded: 'dev.operandi.approval.reminded.v1',
  escalated: 'dev.operandi.approval.escalated.v1',
  /** Decided, and can be taken back: the job is not told yet. */
  held: 'dev.operandi.approval.held.v1',
  /** A decision was taken back. */
  undone: 'dev.operandi.approval.undone.v1',
  decided: 'dev.operandi.approval.decided.v1',
} as const;

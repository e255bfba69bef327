/** Types of job events that concern approvals; their data names the wait, which is the approval's key. */
export const approvalEvents = {
  requested: 'dev.operandi.approval.requested.v1',
  reminded: 'dev.operandi.approval.reminded.v1',
  escalated: 'dev.operandi.approval.escalated.v1',
  decided: 'dev.operandi.approval.decided.v1',
} as const;

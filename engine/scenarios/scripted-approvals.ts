import { pointerTokens } from '../dsl/finding.ts';
import type { ApprovalDecision, ApprovalWait } from '../host.ts';
import { fits } from './match.ts';
import type { ScriptedApproval } from './scenario-document.ts';

/** Decides approvals as a scenario says. */
export interface ScriptedApprovals {
  /** The decision that fits and may still be given; undefined when nobody ever decides. */
  of(wait: ApprovalWait): ScriptedApproval | undefined;
}

/** The approvals of a scenario. */
export function createApprovals(approvals: readonly ScriptedApproval[]): ScriptedApprovals {
  const left = approvals.map((approval) => ({ approval, times: approval.times ?? Infinity }));
  return {
    of(wait) {
      const found = left.find(({ approval, times }) => times > 0 && isFor(approval, wait));
      if (found !== undefined) found.times -= 1;
      return found?.approval;
    },
  };
}

/** What the procedure gets to see of a decision, made at a moment. */
export function decisionOf(
  { decision, by, comment, data }: ScriptedApproval,
  at: number,
): ApprovalDecision {
  return {
    ...{ decision, decidedBy: by, decidedAt: new Date(at).toISOString() },
    ...(comment === undefined ? {} : { comment }),
    ...(data === undefined ? {} : { data }),
  };
}

function isFor({ task, title }: ScriptedApproval, wait: ApprovalWait): boolean {
  const name = pointerTokens(wait.task).at(-1) ?? '';
  return (task === undefined || task === name) && (title === undefined || fits(title, wait.title));
}

import { pointerTokens } from '../dsl/finding.ts';
import type { ApprovalDecision, ApprovalWait } from '../host.ts';
import { compileSchema } from '../schema.ts';
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

/** Why nobody could decide like that; undefined when somebody could. */
export function misfitOf(
  { decision, data }: ScriptedApproval,
  { title, form }: ApprovalWait,
): string | undefined {
  const isAsked = form !== undefined && decision === 'approved';
  if (data === undefined && !isAsked) return undefined;
  if (!isAsked) return `${JSON.stringify(title)} asks for no data`;
  if (data === undefined) return `${JSON.stringify(title)} asks for data`;
  const [fault] = compileSchema(form)(data);
  return fault && `data of ${JSON.stringify(title)} does not fit: ${fault.path} ${fault.message}`;
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

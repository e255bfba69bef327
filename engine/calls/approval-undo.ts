import type { JsonObject } from '../../kernel/json.ts';
import type { Step } from '../execution.ts';
import type { ApprovalWait } from '../host.ts';
import { workflowError } from '../problem.ts';
import { lengthOf } from './approval-chasing.ts';

/** A decision can be taken back no longer than that, milliseconds. */
export const longestUndo = 86_400_000;

/** How long whoever decides may take it back. */
export function undoIn({ undo }: JsonObject, step: Step): Pick<ApprovalWait, 'undoMs'> {
  if (undo === undefined) return {};
  const undoMs = lengthOf(undo, step);
  if (undoMs > 0 && undoMs <= longestUndo) return { undoMs };
  const detail = 'undo is more than nothing and a day at most';
  throw workflowError('validation', `${step.name}: ${detail}`);
}

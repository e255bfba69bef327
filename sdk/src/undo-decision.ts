import { UndoDecisionDocument } from './_generated/documents.ts';
import type { Approval } from './approvals.ts';
import type { CallOptions } from './calls.ts';
import type { Client } from './client.ts';
import { RefusedError } from './errors.ts';
import { given } from './transport.ts';

/**
 * Takes back what the caller has decided, while `Approval.canUndo`: the question is open again. Throws `RefusedError` with
 * CONFLICT when the decision stands. Apart from the client, as few procedures let decisions be taken back.
 */
export async function undoDecision(
  client: Pick<Client, 'request'>,
  approvalId: string,
  options?: CallOptions,
): Promise<Approval> {
  const variables = { input: { id: approvalId } };
  const answer = await client.request(UndoDecisionDocument, variables, options);
  const { approval, userErrors } = answer.undoDecision;
  if (userErrors.length > 0) throw new RefusedError(userErrors);
  return given(approval);
}

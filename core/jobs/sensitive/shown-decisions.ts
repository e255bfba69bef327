import { parseJson, type JsonValue } from '../../../kernel/json.ts';
import type { ApprovalDecision } from '../../../prisma/_generated/client.ts';
import type { ReadingContext } from './readers.ts';
import { isSealed } from './sealed-data.ts';
import { shown } from './shown-rows.ts';

/** A decision with the job that it was about. */
export type DecisionRow = ApprovalDecision & { readonly approval: { readonly jobId: string } };

/** A decision with what was filled in as a value; undefined where nothing was. */
export type ShownDecision = Omit<ApprovalDecision, 'data'> & {
  readonly jobId: string;
  readonly data: JsonValue | undefined;
};

/** Decisions as the caller may see them. */
export async function shownDecisions(
  context: ReadingContext,
  rows: readonly DecisionRow[],
): Promise<ShownDecision[]> {
  const decisions = rows.map(({ approval: { jobId }, data, ...row }) => ({
    ...row,
    jobId,
    data: data === null ? undefined : parseJson(data),
  }));
  return await shown(context, decisions, {
    isOpen: ({ data }) => !isSealed(data),
    show: (row, reader) => ({ ...row, data: reader.value(row.data ?? null) }),
  });
}

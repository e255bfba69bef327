import { allCount, overCount, type StateCount } from '../../../core/jobs/load-batch-counts.ts';
import type { SubgraphContext } from '../../server/context.ts';
import type { JobBatchResolvers } from '../_generated/resolvers.ts';
import { countsOfBatch } from '../loaders.ts';
import type { BatchNode } from '../nodes.ts';
import { presentTime } from '../presenters.ts';

export const jobBatch: JobBatchResolvers = {
  id: ({ batch }) => batch.id,
  createdAt: ({ batch }) => presentTime(batch.createdAt),
  createdBy: ({ batch }) => batch.createdBy,
  submittedCount: ({ batch }) => batch.submitted,
  refusedCount: ({ batch }) => batch.refused,
  counts: async (node, _args, context) => [...(await countsOf(node, context))],
  overCount: async (node, _args, context) => overCount(await countsOf(node, context)),
  progress: async (node, _args, context) => progressOf(await countsOf(node, context)),
};

async function countsOf(
  { batch, counts }: BatchNode,
  context: SubgraphContext,
): Promise<readonly StateCount[]> {
  return counts ?? (await countsOfBatch(context).load(batch.id)) ?? [];
}

function progressOf(counts: readonly StateCount[]): number {
  const all = allCount(counts);
  return all === 0 ? 1 : overCount(counts) / all;
}

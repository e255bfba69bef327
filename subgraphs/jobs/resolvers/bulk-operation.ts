import type { BulkOperationResolvers } from '../_generated/resolvers.ts';
import {
  presentBulkAct,
  presentBulkState,
  presentOptionalTime,
  presentTime,
} from '../presenters.ts';

export const bulkOperation: BulkOperationResolvers = {
  act: ({ act }) => presentBulkAct(act),
  state: ({ state }) => presentBulkState(state),
  createdBy: ({ actorName }) => actorName,
  createdAt: ({ createdAt }) => presentTime(createdAt),
  finishedAt: ({ finishedAt }) => presentOptionalTime(finishedAt),
};

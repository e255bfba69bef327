import { listBacktestResults } from '../../../core/jobs/backtests/list-results.ts';
import type { BacktestResolvers, BacktestResultResolvers } from '../_generated/resolvers.ts';
import { agentRow, jobs } from '../loaders.ts';
import {
  presentBacktestEnd,
  presentBacktestState,
  presentJob,
  presentOptionalTime,
  presentTime,
  presentVerdict,
} from '../presenters.ts';

export const backtest: BacktestResolvers = {
  state: ({ state }) => presentBacktestState(state),
  agent: ({ agentId }, _args, context) => agentRow(context, agentId),
  done: ({ same, changed, unknown }) => same + changed + unknown,
  createdBy: ({ actorName }) => actorName,
  createdAt: ({ createdAt }) => presentTime(createdAt),
  finishedAt: ({ finishedAt }) => presentOptionalTime(finishedAt),
  results: ({ id }, args, context) => listBacktestResults(context, id, args),
};

export const backtestResult: BacktestResultResolvers = {
  job: async ({ jobId }, _args, context) => presentJob(context, await jobs(context).load(jobId)),
  verdict: ({ verdict }) => presentVerdict(verdict),
  was: ({ was }) => presentBacktestEnd(was),
  wouldBe: ({ wouldBe }) => presentBacktestEnd(wouldBe),
  changes: ({ detail }) =>
    detail.changes.map(({ path, message, was = null, wouldBe = null }) => ({
      ...{ path, message, was, wouldBe },
    })),
  droppedCalls: ({ detail }) => detail.dropped,
  unrecordedCalls: ({ detail }) => detail.unrecorded,
  isCut: ({ detail }) => detail.isCut,
};

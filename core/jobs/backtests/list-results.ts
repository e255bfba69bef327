import { z } from 'zod';

import type { BacktestJob } from '../../../prisma/_generated/client.ts';
import type { VerbContext } from '../../context.ts';
import { columnWindow, connectionOf, windowOf } from '../../pagination.ts';
import type { Connection, PageArguments, Sort } from '../../pagination.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { openReaders } from '../sensitive/readers.ts';
import { backtestDetail, type BacktestDetail, backtestVerdicts } from './backtest.ts';
import { permitBacktests } from './permit-backtest.ts';

/** What would become of one job, as the caller may see it. */
export interface BacktestResult extends Pick<BacktestJob, 'jobId' | 'verdict' | 'was' | 'wouldBe'> {
  readonly detail: BacktestDetail;
  /** The detail is of sensitive data, which the caller may not see or nobody can any more. */
  readonly isWithheld: boolean;
}

const sort: Sort<BacktestJob> = {
  name: 'backtest.job',
  position: z.tuple([z.uuid()]),
  positionOf: ({ jobId }) => [jobId],
};

const wantedVerdicts = z.array(z.enum(backtestVerdicts)).max(backtestVerdicts.length).nullish();

/** Results of a backtest, those of the newest jobs first; jobs that were not played yet are none. */
export async function listBacktestResults(
  context: VerbContext,
  backtestId: string,
  { verdicts, ...page }: PageArguments & { readonly verdicts?: unknown },
): Promise<Connection<BacktestResult>> {
  await permitBacktests(context);
  const wanted = parse(wantedVerdicts, verdicts, 'verdicts') ?? [...backtestVerdicts];
  const { tenantId } = context.actor;
  const window = windowOf({ page, sort, tenantId });
  const { where, ...rest } = columnWindow(window, 'jobId', 'desc');
  const rows = await read(context, (tx) =>
    tx.backtestJob.findMany({
      ...rest,
      where: { ...where, tenantId, backtestId, verdict: { in: wanted } },
    }),
  );
  const { edges, pageInfo } = connectionOf({ sort, tenantId }, window, rows);
  const shown = await shownResults(
    context,
    edges.map(({ node }) => node),
  );
  const nodes = shown.flatMap((node, index) => {
    const cursor = edges[index]?.cursor;
    return cursor === undefined ? [] : [{ cursor, node }];
  });
  return { edges: nodes, nodes: shown, pageInfo };
}

async function shownResults(
  context: VerbContext,
  rows: readonly BacktestJob[],
): Promise<readonly BacktestResult[]> {
  const readers = await openReaders(
    context,
    rows.filter(({ detail }) => typeof detail === 'string').map(({ jobId }) => jobId),
  );
  return rows.map(({ jobId, verdict, was, wouldBe, detail }) => {
    const opened = typeof detail === 'string' ? readers.get(jobId)?.value(detail) : detail;
    const shown = backtestDetail.safeParse(opened);
    return {
      ...{ jobId, verdict, was, wouldBe },
      detail: shown.data ?? nothing,
      isWithheld: detail !== null && !shown.success,
    };
  });
}

const nothing: BacktestDetail = { changes: [], dropped: [], unrecorded: [], isCut: false };

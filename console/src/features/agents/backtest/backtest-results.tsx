import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { BacktestRowsDocument, type BacktestVerdict } from '../../../_generated/documents.ts';
import { useSession } from '../../../app/session.ts';
import { Empty } from '../../../ui/empty.tsx';
import { MoreButton } from '../../../ui/more-button.tsx';
import { Remote } from '../../../ui/remote.tsx';
import { BacktestRow } from './backtest-row.tsx';

interface Props {
  readonly id: string;
  /** How many jobs were played: with more of them there is more to see. */
  readonly done: number;
}

const otherwise: readonly BacktestVerdict[] = ['CHANGED', 'UNKNOWN'];

/** What would become of the jobs, those that change unless all are wished for. */
export function BacktestResults({ id, done }: Props) {
  const { t } = useTranslation();
  const { client } = useSession();
  const [isAll, setAll] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['backtest', id, isAll, done],
    queryFn: ({ pageParam, signal }) =>
      client.request(
        BacktestRowsDocument,
        { id, after: pageParam, ...(isAll ? {} : { verdicts: [...otherwise] }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ backtest }) =>
      backtest?.results.pageInfo.hasNextPage === true
        ? (backtest.results.pageInfo.endCursor ?? undefined)
        : undefined,
    placeholderData: keepPreviousData,
  });
  const rows = query.data?.pages.flatMap(({ backtest }) => backtest?.results.nodes ?? []) ?? [];
  return (
    <>
      <label className="inline">
        <input type="checkbox" checked={isAll} onChange={({ target }) => setAll(target.checked)} />
        {t('backtest.all')}
      </label>
      <Remote query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('backtest.nothing')} />
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={t('backtest.results')}>
                <table>
                  <thead>
                    <tr>
                      {(['job', 'verdict', 'ends', 'calls', 'changes'] as const).map((name) => (
                        <th key={name} scope="col">
                          {t(`backtest.column.${name}`)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <BacktestRow key={row.jobId} row={row} />
                    ))}
                  </tbody>
                </table>
              </div>
              <MoreButton query={query} />
            </>
          )
        }
      </Remote>
    </>
  );
}

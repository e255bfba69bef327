import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  BacktestMovesDocument,
  BacktestStopDocument,
  type BacktestStandFragment,
} from '../../../_generated/documents.ts';
import { useDeed } from '../../../app/ask.ts';
import { useLive } from '../../../app/live.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { Problems } from '../../../ui/problems.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { BacktestResults } from './backtest-results.tsx';

/** How far a backtest is, live, and what it has found; it can be ended. */
export function BacktestRun({ begun }: { readonly begun: BacktestStandFragment }) {
  const { t } = useTranslation();
  const [stand, setStand] = useState(begun);
  useLive({
    document: BacktestMovesDocument,
    variables: { id: begun.id },
    // It always begins with how it stands.
    cursorOf: () => '',
    onData: ({ backtestProgress }) => setStand(backtestProgress),
    onBack: () => undefined,
    enabled: begun.state === 'RUNNING',
  });
  const stop = useDeed({
    document: BacktestStopDocument,
    problems: ({ answer }) => answer.userErrors,
  });
  const { id, state, total, done, same, changed, unknown, error } = stand;
  if (total === 0) return <Empty title={t('backtest.none')} />;
  return (
    <>
      <div className="bulk">
        <StateBadge state={state} />
        <progress max={total} value={done} aria-label={t('backtest.progress')} />
        <p role="status">{t('backtest.stand', { done, total, same, changed, unknown })}</p>
        {error !== null && <p className="problem">{error}</p>}
        <Problems error={stop.error} />
        {state === 'RUNNING' && (
          <Button
            kind="danger"
            isBusy={stop.isPending}
            onClick={() => stop.mutate({ input: { id } })}
          >
            {t('backtest.stop')}
          </Button>
        )}
      </div>
      <BacktestResults id={id} done={done} />
    </>
  );
}

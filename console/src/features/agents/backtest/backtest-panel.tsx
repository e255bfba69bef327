import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  BacktestStartDocument,
  type BacktestStandFragment,
} from '../../../_generated/documents.ts';
import { useDeed } from '../../../app/ask.ts';
import { useSession } from '../../../app/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty } from '../../../ui/empty.tsx';
import { Problems } from '../../../ui/problems.tsx';
import { BacktestRun } from './backtest-run.tsx';

interface Props {
  readonly definition: string;
  /** The text can be published, and has been checked as it stands. */
  readonly isSound: boolean;
}

const most = 10_000;

/** Tries the text on the newest ended jobs of its agent. */
export function BacktestPanel({ definition, isSound }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [last, setLast] = useState(100);
  const [begun, setBegun] = useState<Begun>();
  const start = useDeed({
    document: BacktestStartDocument,
    problems: ({ answer }) => answer.userErrors,
  });
  const send = async (): Promise<void> => {
    const { answer } = await start.mutateAsync({ input: { definition, last } });
    if (answer.backtest !== null) setBegun({ stand: answer.backtest, definition });
  };
  return (
    <section className="backtest" aria-label={t('backtest.title')}>
      <h2>{t('backtest.title')}</h2>
      {!may('JOBS_BACKTEST') ? (
        <Empty title={t('backtest.mayNot')} />
      ) : (
        <>
          <p className="quiet">{t('backtest.explain')}</p>
          <form
            className="filters"
            onSubmit={(event) => {
              event.preventDefault();
              // What is refused is shown below.
              void send().catch(() => undefined);
            }}
          >
            <label className="inline">
              {t('backtest.last')}
              <input
                type="number"
                required
                min={1}
                max={most}
                value={last}
                onChange={({ target }) => setLast(target.valueAsNumber)}
              />
            </label>
            <Button type="submit" isBusy={start.isPending} disabled={!isSound}>
              {t('backtest.start')}
            </Button>
          </form>
          {!isSound && <p className="quiet">{t('backtest.needsSound')}</p>}
          <Problems error={start.error} />
          {begun !== undefined && (
            <>
              {begun.definition !== definition && <p className="quiet">{t('backtest.stale')}</p>}
              <BacktestRun key={begun.stand.id} begun={begun.stand} />
            </>
          )}
        </>
      )}
    </section>
  );
}

interface Begun {
  readonly stand: BacktestStandFragment;
  /** The text that was tried. */
  readonly definition: string;
}

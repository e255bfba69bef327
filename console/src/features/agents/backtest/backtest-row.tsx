import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { BacktestRowFragment } from '../../../_generated/documents.ts';
import { StateBadge } from '../../../ui/state-badge.tsx';

/** What would become of one job: its end, the calls of which nothing is recorded, and the differences. */
export function BacktestRow({ row }: { readonly row: BacktestRowFragment }) {
  const { t } = useTranslation();
  const { jobId, verdict, was, wouldBe, unrecordedCalls } = row;
  return (
    <tr>
      <td>
        <Link to="/jobs/$id" params={{ id: jobId }}>
          <code>{jobId.slice(-8)}</code>
        </Link>
      </td>
      <td>
        <StateBadge state={verdict} />
      </td>
      <td>
        {was === null ? '—' : t(`state.${was}`)} → {wouldBe === null ? '?' : t(`state.${wouldBe}`)}
      </td>
      <td>{unrecordedCalls.length === 0 ? '—' : <Calls calls={unrecordedCalls} />}</td>
      <td>
        <Differences row={row} />
      </td>
    </tr>
  );
}

function Differences({ row }: { readonly row: BacktestRowFragment }) {
  const { t } = useTranslation();
  const { changes, droppedCalls, isCut, isWithheld } = row;
  if (isWithheld) return t('backtest.withheld');
  const count = changes.length + droppedCalls.length;
  if (count === 0) return '—';
  return (
    <details>
      <summary>{t('backtest.differences', { count })}</summary>
      <dl className="values">
        {changes.map(({ path, message, was, wouldBe }) => (
          <div key={`${path} ${message}`}>
            <dt>{path === '' ? t('backtest.job') : path}</dt>
            <dd>
              {was === null && wouldBe === null ? (
                message
              ) : (
                <>
                  <del>{was ?? '—'}</del> <ins>{wouldBe ?? '—'}</ins>
                </>
              )}
            </dd>
          </div>
        ))}
        {droppedCalls.length > 0 && (
          <div>
            <dt>{t('backtest.dropped')}</dt>
            <dd>
              <Calls calls={droppedCalls} />
            </dd>
          </div>
        )}
      </dl>
      {isCut && <p className="quiet">{t('backtest.isCut')}</p>}
    </details>
  );
}

function Calls({ calls }: { readonly calls: readonly string[] }) {
  return calls.map((call) => (
    <code key={call} className="wrap">
      {call}
    </code>
  ));
}

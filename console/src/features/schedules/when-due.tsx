import { useTranslation } from 'react-i18next';

import { WhenDueDocument, type WhenDueQuery } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useRested } from '../../app/use-rested.ts';
import { Failure } from '../../ui/failure.tsx';
import { exactTime, zonedTime } from '../../ui/time.tsx';
import { type Draft, timingOf } from './draft.ts';
import { zoneOf } from './schedule.ts';
import { TickList } from './tick-list.tsx';

type ClockChange = WhenDueQuery['previewSchedule']['clockChanges'][number];

/** When a schedule would be due, and what becomes of it as clocks change. */
export function WhenDue({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation();
  const { trigger, cron, timeZone } = draft;
  const asked = useRested(JSON.stringify({ ...timingOf(draft), first: 8 }));
  const query = useAsk({
    key: ['schedules', 'preview', asked],
    document: WhenDueDocument,
    variables: { input: JSON.parse(asked) as object },
    isKept: true,
  });
  const preview = query.data?.previewSchedule;
  const zone = zoneOf({
    cron: trigger === 'cron' ? cron : null,
    timeZone: timeZone.trim() === '' ? null : timeZone.trim(),
  });
  return (
    <aside aria-label={t('schedules.ticks')} aria-busy={query.isFetching}>
      <h2>{t('schedules.ticks')}</h2>
      {query.error !== null && <Failure error={query.error} />}
      <div role="status">
        {preview?.userErrors.map(({ field, message }) => (
          <p key={`${field} ${message}`} className="problem">
            {message}
          </p>
        ))}
        {preview !== undefined && preview.ticks.length > 0 && (
          <TickList ticks={preview.ticks} zone={zone} />
        )}
      </div>
      {trigger === 'after' && <p className="quiet">{t('schedules.afterHint')}</p>}
      {preview !== undefined && preview.clockChanges.length > 0 && (
        <>
          <h2>{t('schedules.clocks')}</h2>
          {preview.clockChanges.map((change) => (
            <Clocks key={change.at} change={change} zone={zone} />
          ))}
        </>
      )}
    </aside>
  );
}

interface ClocksProps {
  readonly change: ClockChange;
  readonly zone: string;
}

function Clocks({ change, zone }: ClocksProps) {
  const { t } = useTranslation();
  const { at, shiftMs, ticks } = change;
  const minutes = Math.abs(shiftMs) / 60_000;
  return (
    <section className="clock-change">
      <p>
        {t(shiftMs > 0 ? 'schedules.forward' : 'schedules.back', { at: exactTime(at), minutes })}
      </p>
      <p className="quiet">{t(ticks.length === 0 ? 'schedules.noneThen' : 'schedules.dueThen')}</p>
      <ul className="list">
        {ticks.map((tick) => (
          <li key={tick}>
            <time dateTime={tick}>{zonedTime(tick, zone)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useTranslation } from 'react-i18next';

import type { ScheduleRowFragment } from '../../_generated/documents.ts';
import { zoneOf } from './schedule.ts';

/** By what a schedule goes. */
export function TimingText({ schedule }: { readonly schedule: ScheduleRowFragment }) {
  const { t } = useTranslation();
  const { cron, every, after } = schedule;
  if (cron !== null)
    return (
      <>
        <code>{cron.replace(/^\s*CRON_TZ=\S+\s*/, '')}</code>{' '}
        <span className="quiet">{zoneOf(schedule)}</span>
      </>
    );
  if (every !== null) return t('schedules.everySaid', { time: every });
  if (after !== null) return t('schedules.afterSaid', { time: after });
  return t('schedules.onSaid');
}

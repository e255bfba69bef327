import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { ScheduleWholeDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Facts } from '../../ui/facts.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, NearTime, Time } from '../../ui/time.tsx';
import { type Schedule, standingOf, zoneOf } from './schedule.ts';
import { ScheduleActions } from './schedule-actions.tsx';
import { TickList } from './tick-list.tsx';
import { TimingText } from './timing-text.tsx';

/** One schedule: when it is due, what it starts, and what it left out. */
export function SchedulePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/schedules/$id' });
  const query = useAsk({
    key: ['schedules', 'whole', id],
    document: ScheduleWholeDocument,
    variables: { id },
    refetchMs: 10_000,
  });
  const schedule = query.data?.schedule ?? undefined;
  return (
    <Page
      title={schedule?.name ?? t('schedules.one')}
      beside={schedule && <StateBadge state={standingOf(schedule)} />}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/schedules">{t('place.schedules')}</Link>
        </nav>
      }
      actions={schedule && <ScheduleActions schedule={schedule} />}
    >
      <Remote query={query}>
        {() =>
          schedule === undefined ? (
            <Empty title={t('schedules.missing')} />
          ) : (
            <Whole schedule={schedule} />
          )
        }
      </Remote>
    </Page>
  );
}

function Whole({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useTranslation();
  const { agent, lastAt, lastJob, nextAt, lastSkip, pauseReason, description } = schedule;
  const { namespace, name } = agent;
  return (
    <>
      {description !== null && description !== '' && <p className="pre">{description}</p>}
      {schedule.pausedAt !== null && (
        <p className={standingOf(schedule) === 'STOPPED' ? 'notice bad' : 'notice'}>
          {t('schedules.pausedSince')} <Time at={schedule.pausedAt} />
          {pauseReason !== null && `: ${pauseReason}`}
        </p>
      )}
      {schedule.name === null && <p className="notice">{t('schedules.ofDocumentHint')}</p>}
      <Facts
        facts={[
          [
            t('schedules.column.agent'),
            <Link key="agent" to="/agents/$namespace/$name" params={{ namespace, name }}>
              {namespace}/{name}
              {schedule.version !== null && ` v${schedule.version.version}`}
            </Link>,
          ],
          [t('schedules.column.when'), <TimingText key="when" schedule={schedule} />],
          nextAt === null
            ? undefined
            : [t('schedules.column.next'), <NearTime key="next" at={nextAt} />],
          lastAt === null
            ? undefined
            : [
                t('schedules.column.last'),
                <span key="last">
                  <Time at={lastAt} />{' '}
                  {lastJob !== null && (
                    <Link to="/jobs/$id" params={{ id: lastJob.id }}>
                      <StateBadge state={lastJob.state} />
                    </Link>
                  )}
                </span>,
              ],
          [t('schedules.overlap'), t(`schedules.overlaps.${schedule.overlap}`)],
          [t('schedules.catchUp'), t(`schedules.catchUps.${schedule.catchUp}`)],
          schedule.jitterMs === 0
            ? undefined
            : [t('schedules.jitter'), duration(schedule.jitterMs)],
          schedule.failures === 0 ? undefined : [t('schedules.failures'), schedule.failures],
          schedule.tickAs === null ? undefined : [t('schedules.tickAs'), schedule.tickAs],
          schedule.submitter === null ? undefined : [t('job.submitter'), schedule.submitter],
          ...schedule.labels.map(({ key, value }) => [key, value] as const),
        ]}
      />
      {lastSkip !== null && (
        <p className="notice">
          {t('schedules.lastSkip')} <Time at={lastSkip.at} />: {lastSkip.reason}{' '}
          <code>{lastSkip.code}</code>
        </p>
      )}
      <div className="columns">
        <section>
          <h2>{t('schedules.ticks')}</h2>
          {schedule.nextTicks.length === 0 ? (
            <p className="quiet">{t('schedules.noTicks')}</p>
          ) : (
            <TickList ticks={schedule.nextTicks} zone={zoneOf(schedule)} />
          )}
          {schedule.exceptDates.length > 0 && (
            <p className="quiet">
              {t('schedules.exceptDates')}: {schedule.exceptDates.join(', ')}
            </p>
          )}
        </section>
        <section>
          <h2>{t('job.input')}</h2>
          <JsonView value={schedule.input} label={t('job.input')} />
        </section>
      </div>
    </>
  );
}

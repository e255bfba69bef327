import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { type ScheduleRowFragment, ScheduleRowsDocument } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { NearTime, Time } from '../../ui/time.tsx';
import { standingOf } from './schedule.ts';
import { TimingText } from './timing-text.tsx';

const columns = ['name', 'state', 'agent', 'when', 'last', 'next'] as const;

/** What starts jobs by itself, of its own and in documents. */
export function SchedulesPage() {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const { agent, paused } = useSearch({ from: '/schedules' });
  const navigate = useNavigate({ from: '/schedules' });
  const filter = {
    ...(agent !== undefined && { agent }),
    ...(paused !== undefined && { isPaused: paused }),
  };
  const query = useInfiniteQuery({
    queryKey: ['schedules', 'rows', filter],
    queryFn: ({ pageParam, signal }) =>
      client.request(ScheduleRowsDocument, { filter, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ schedules: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    refetchInterval: 10_000,
  });
  const rows = query.data?.pages.flatMap(({ schedules }) => schedules.nodes) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page
      title={t('place.schedules')}
      beside={agent !== undefined && <span className="count">{agent}</span>}
      actions={
        may('JOBS_OPERATE') &&
        may('JOBS_SUBMIT') && (
          <Link
            className="button primary"
            to="/schedules/new"
            search={agent === undefined ? {} : { agent }}
          >
            {t('schedules.new')}
          </Link>
        )
      }
    >
      <div className="filters" role="search" aria-label={t('schedules.filters')}>
        <select
          aria-label={t('schedules.column.state')}
          value={paused === undefined ? '' : String(paused)}
          onChange={({ target: { value } }) =>
            void navigate({
              search: ({ paused: _before, ...rest }) => ({
                ...rest,
                ...(value !== '' && { paused: value === 'true' }),
              }),
              replace: true,
            })
          }
        >
          <option value="">{t('schedules.allStates')}</option>
          <option value="false">{t('state.ACTIVE')}</option>
          <option value="true">{t('state.PAUSED')}</option>
        </select>
        {isFiltered && (
          <Button kind="quiet" onClick={() => void navigate({ search: {}, replace: true })}>
            {t('jobs.clear')}
          </Button>
        )}
      </div>
      <Remote query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t(isFiltered ? 'schedules.noneMatch' : 'schedules.none')}>
              <p>{t('schedules.noneHint')}</p>
            </Empty>
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={t('place.schedules')}>
                <table>
                  <thead>
                    <tr>
                      {columns.map((name) => (
                        <th key={name} scope="col">
                          {t(`schedules.column.${name}`)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((schedule) => (
                      <Row key={schedule.id} schedule={schedule} />
                    ))}
                  </tbody>
                </table>
              </div>
              <MoreButton query={query} />
            </>
          )
        }
      </Remote>
    </Page>
  );
}

function Row({ schedule }: { readonly schedule: ScheduleRowFragment }) {
  const { t } = useTranslation();
  const { id, name, agent, lastAt, lastJob, nextAt, pauseReason } = schedule;
  return (
    <tr>
      <td>
        <Link to="/schedules/$id" params={{ id }}>
          {name ?? t('schedules.ofDocument')}
        </Link>
      </td>
      <td title={pauseReason ?? undefined}>
        <StateBadge state={standingOf(schedule)} />
      </td>
      <td>
        <span className="quiet">{agent.namespace}/</span>
        {agent.name}
      </td>
      <td>
        <TimingText schedule={schedule} />
      </td>
      <td>
        {lastAt === null ? '—' : <Time at={lastAt} />}
        {lastJob !== null && (
          <>
            {' '}
            <Link to="/jobs/$id" params={{ id: lastJob.id }}>
              <StateBadge state={lastJob.state} />
            </Link>
          </>
        )}
      </td>
      <td>{nextAt === null ? '—' : <NearTime at={nextAt} />}</td>
    </tr>
  );
}

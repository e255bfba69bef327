import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AgentRowsDocument } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';

/** All agents. */
export function AgentsPage() {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const [includeArchived, setArchived] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['agents', 'rows', includeArchived],
    queryFn: ({ pageParam, signal }) =>
      client.request(AgentRowsDocument, { after: pageParam, includeArchived }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ agents: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  });
  const rows = query.data?.pages.flatMap(({ agents }) => agents.nodes) ?? [];
  return (
    <Page
      title={t('place.agents')}
      actions={
        <>
          <label className="inline">
            <input
              type="checkbox"
              checked={includeArchived}
              onChange={({ target }) => setArchived(target.checked)}
            />
            {t('agents.archived')}
          </label>
          {may('AGENTS_PUBLISH') && (
            <Link className="button primary" to="/agents/publish">
              {t('agents.publish')}
            </Link>
          )}
        </>
      }
    >
      <Remote query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('agents.none')}>
              <p>{t('agents.noneHint')}</p>
            </Empty>
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={t('place.agents')}>
                <table>
                  <thead>
                    <tr>
                      {(['name', 'version', 'published', 'schedule', 'next'] as const).map(
                        (name) => (
                          <th key={name} scope="col">
                            {t(`agents.column.${name}`)}
                          </th>
                        ),
                      )}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(({ id, namespace, name, current, schedule, ...agent }) => (
                      <tr key={id}>
                        <td>
                          <Link to="/agents/$namespace/$name" params={{ namespace, name }}>
                            <span className="quiet">{namespace}/</span>
                            {name}
                          </Link>
                          {agent.archivedAt !== null && (
                            <span className="tag">{t('agents.isArchived')}</span>
                          )}
                          {agent.pausedAt !== null && (
                            <span className="tag bad">{t('agents.isPaused')}</span>
                          )}
                        </td>
                        <td>v{current.version}</td>
                        <td>
                          <Time at={current.createdAt} />
                        </td>
                        <td>{schedule?.kind ?? '—'}</td>
                        <td>{schedule?.nextAt == null ? '—' : <Time at={schedule.nextAt} />}</td>
                      </tr>
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

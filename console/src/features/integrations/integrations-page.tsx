import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { IntegrationRowsDocument } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, Time } from '../../ui/time.tsx';
import { AddDialog } from './add-dialog.tsx';
import { BreakerTag } from './breaker-tag.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** Connections to outside systems and how their latest calls went. */
export function IntegrationsPage() {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const [isAdding, setAdding] = useState(false);
  const [isImporting, setImporting] = useState(false);
  const query = useInfiniteQuery({
    queryKey: ['integrations', 'rows'],
    queryFn: ({ pageParam, signal }) =>
      client.request(IntegrationRowsDocument, { after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ integrations: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  });
  const rows = query.data?.pages.flatMap(({ integrations }) => integrations.nodes) ?? [];
  return (
    <Page
      title={t('place.integrations')}
      actions={
        may('INTEGRATIONS_MANAGE') && (
          <>
            <Button onClick={() => setImporting(true)}>{t('integrations.import')}</Button>
            <Button kind="primary" onClick={() => setAdding(true)}>
              {t('integrations.add')}
            </Button>
          </>
        )
      }
    >
      <Remote query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('integrations.none')}>
              <p>{t('integrations.noneHint')}</p>
            </Empty>
          ) : (
            <>
              <ul className="cards grid">
                {rows.map(({ id, name, kind, credential, health, calls, updatedAt }) => (
                  <li key={id} className="card">
                    <header>
                      <h2>
                        <Link to="/integrations/$name" params={{ name }}>
                          {name}
                        </Link>
                      </h2>
                      <span className="tag">{kind}</span>
                      {health.breaker !== null && health.breaker !== 'CLOSED' && (
                        <BreakerTag state={health.breaker} />
                      )}
                    </header>
                    <p className="quiet">
                      {t(
                        credential.isSet
                          ? 'integrations.hasCredential'
                          : 'integrations.noCredential',
                        {
                          version: credential.version,
                        },
                      )}{' '}
                      · {t('integrations.changed')} <Time at={updatedAt} />
                    </p>
                    {calls.nodes.length === 0 ? (
                      <p className="quiet">{t('integrations.noCalls')}</p>
                    ) : (
                      <ul className="health">
                        {calls.nodes.map((call) => (
                          <li key={call.id}>
                            <StateBadge state={call.state} /> <Time at={call.startedAt} />{' '}
                            {call.durationMs !== null && duration(call.durationMs)}
                          </li>
                        ))}
                      </ul>
                    )}
                  </li>
                ))}
              </ul>
              <MoreButton query={query} />
            </>
          )
        }
      </Remote>
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

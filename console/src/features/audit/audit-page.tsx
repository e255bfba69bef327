import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { type AuditFilter, TrailDocument, TrailMovesDocument } from '../../_generated/documents.ts';
import { useLive } from '../../app/live.ts';
import { useSession } from '../../app/session.ts';
import { TrailList } from '../../trail/trail-list.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { Standing } from './standing.tsx';
import { Streams } from './streams.tsx';

/** The log itself, and where it goes. */
export function AuditPage() {
  const { t } = useTranslation();
  const current = useSearch({ from: '/audit' })['tab'] === 'streams' ? 'streams' : 'log';
  return (
    <Page title={t('place.audit')}>
      <Tabs
        label={t('audit.parts')}
        current={current}
        tabs={(['log', 'streams'] as const).map((name) => [name, t(`audit.tab.${name}`)] as const)}
      />
      {current === 'streams' ? <Streams /> : <Log />}
    </Page>
  );
}

/** Who did what: searched, followed and proved. */
function Log() {
  const { t } = useTranslation();
  const { client } = useSession();
  const cache = useQueryClient();
  const filter = filterOf(useSearch({ from: '/audit' }));
  const navigate = useNavigate({ from: '/audit' });
  const query = useInfiniteQuery({
    queryKey: ['audit', 'rows', filter],
    queryFn: ({ pageParam, signal }) =>
      client.request(TrailDocument, { filter, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ auditEvents: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  });
  const refresh = () => void cache.invalidateQueries({ queryKey: ['audit'] });
  useLive({
    document: TrailMovesDocument,
    variables: {},
    cursorOf: ({ auditEvents }) => auditEvents.cursor,
    onData: refresh,
    onBack: refresh,
  });
  const rows = query.data?.pages.flatMap(({ auditEvents }) => auditEvents.nodes) ?? [];
  return (
    <>
      <Standing />
      <AuditFilters
        filter={filter}
        onShow={(next) => void navigate({ search: { ...next }, replace: true })}
      />
      <Remote query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title={t('audit.none')} />
          ) : (
            <>
              <TrailList rows={rows} isLinked />
              <MoreButton query={query} />
            </>
          )
        }
      </Remote>
    </>
  );
}

/** What the address asks for. */
function filterOf(search: Record<string, unknown>): AuditFilter {
  const text = (name: string): string | undefined => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const { actions } = search;
  return {
    ...(Array.isArray(actions) && { actions: actions.map(String) }),
    ...Object.fromEntries(
      (['actorId', 'targetId', 'jobId', 'requestId', 'from', 'to'] as const).flatMap((name) => {
        const value = text(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { HooksDocument } from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { HookCard } from './hook-card.tsx';

const everyMs = 10_000;

/** Whom the tenant tells of its events, and whether they were reached. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['webhooks'],
    queryFn: ({ pageParam, signal }) =>
      client.request(HooksDocument, { after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ webhooks: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    refetchInterval: everyMs,
  });
  const hooks = query.data?.pages.flatMap(({ webhooks }) => webhooks.nodes) ?? [];
  return (
    <Page title={t('place.webhooks')}>
      <Remote query={query} rows={3}>
        {() =>
          hooks.length === 0 ? (
            <Empty title={t('webhooks.none')}>{t('webhooks.how')}</Empty>
          ) : (
            <>
              <ul className="cards wide">
                {hooks.map((hook) => (
                  <HookCard key={hook.id} hook={hook} />
                ))}
              </ul>
              <MoreButton query={query} />
            </>
          )
        }
      </Remote>
    </Page>
  );
}

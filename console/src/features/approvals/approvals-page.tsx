import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { InboxDocument, InboxMovesDocument } from '../../_generated/documents.ts';
import { useLive } from '../../app/live.ts';
import { useSession } from '../../app/session.ts';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ApprovalCard } from './approval-card.tsx';
import { DelegationsTab } from './delegations-tab.tsx';

const tabs = ['mine', 'open', 'decided', 'rejected', 'expired'] as const;

const asked = {
  mine: { state: 'PENDING', mine: true },
  open: { state: 'PENDING', mine: false },
  decided: { state: 'APPROVED', mine: false },
  rejected: { state: 'REJECTED', mine: false },
  expired: { state: 'EXPIRED', mine: false },
} as const;

/** What people are asked, for those who see nothing else of the platform. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { tab } = useSearch({ from: '/approvals' });
  const shown = may('APPROVALS_DECIDE') ? [...tabs, 'delegations' as const] : tabs;
  const current = shown.find((one) => one === tab) ?? 'mine';
  return (
    <Page title={t('place.approvals')}>
      <Tabs
        label={t('approvals.which')}
        current={current}
        tabs={shown.map((name) => [name, t(`approvals.tab.${name}`)] as const)}
      />
      {current === 'delegations' ? <DelegationsTab /> : <Inbox current={current} />}
    </Page>
  );
}

/** The approvals of a kind, as they are asked for and decided. */
function Inbox({ current }: { readonly current: (typeof tabs)[number] }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const cache = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: ['approvals', current],
    queryFn: ({ pageParam, signal }) =>
      client.request(InboxDocument, { ...asked[current], after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ approvals: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  });
  const refresh = () => void cache.invalidateQueries({ queryKey: ['approvals'] });
  useLive({
    document: InboxMovesDocument,
    variables: {},
    cursorOf: ({ approvalRequests }) => approvalRequests.cursor,
    onData: refresh,
    onBack: refresh,
  });
  const rows = query.data?.pages.flatMap(({ approvals }) => approvals.nodes) ?? [];
  return (
    <Remote query={query} rows={3}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t(current === 'mine' ? 'approvals.noneMine' : 'approvals.none')} />
        ) : (
          <>
            <ul className="cards">
              {rows.map((approval) => (
                <ApprovalCard key={approval.id} approval={approval} />
              ))}
            </ul>
            <MoreButton query={query} />
          </>
        )
      }
    </Remote>
  );
}

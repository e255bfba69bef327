import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import {
  DelegationsDocument,
  EndDelegationDocument,
  type HandedFragment,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { NearTime } from '../../ui/time.tsx';
import { HandOverForm } from './hand-over-form.tsx';

/** Somebody else may have handed something over meanwhile. */
const refetchMs = 30_000;

/** Who decides in whose place: what the reader gave and got, as long as it counts. */
export function DelegationsTab() {
  const { t } = useTranslation();
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: ['delegations'],
    queryFn: ({ pageParam, signal }) =>
      client.request(DelegationsDocument, { after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ delegations: { pageInfo } }) =>
      pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    refetchInterval: refetchMs,
  });
  const rows = query.data?.pages.flatMap(({ delegations }) => delegations.nodes) ?? [];
  return (
    <Remote query={query} rows={3}>
      {() => (
        <>
          <HandOverForm />
          {rows.length === 0 ? (
            <Empty title={t('delegations.none')} />
          ) : (
            <ul className="cards">
              {rows.map((delegation) => (
                <Handed key={delegation.id} delegation={delegation} />
              ))}
            </ul>
          )}
          <MoreButton query={query} />
        </>
      )}
    </Remote>
  );
}

function Handed({ delegation }: { readonly delegation: HandedFragment }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const { id, fromId, from, to, approval, comment, startsAt, endsAt } = delegation;
  const end = useDeed({
    document: EndDelegationDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['delegations'], ['approvals']],
  });
  const name =
    fromId === viewer.id ? t('delegations.given', { to }) : t('delegations.got', { from });
  return (
    <li className="card" aria-labelledby={`delegation-${id}`}>
      <h2 id={`delegation-${id}`}>{name}</h2>
      <p>
        {approval === null ? t('delegations.all') : approval.title}
        {comment !== null && ` · ${comment}`}
      </p>
      <p className="quiet">
        {Date.parse(startsAt) > Date.now() && (
          <>
            {t('delegations.from')} <NearTime at={startsAt} />{' '}
          </>
        )}
        {t('delegations.until')} <NearTime at={endsAt} />
      </p>
      <Problems error={end.error} />
      <Button isBusy={end.isPending} onClick={() => end.mutate({ input: { id } })}>
        {t('delegations.end')}
        <span className="unseen">{name}</span>
      </Button>
    </li>
  );
}

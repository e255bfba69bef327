import { useTranslation } from 'react-i18next';

import { SessionRowsDocument, StopSessionDocument } from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { Time } from '../../ui/time.tsx';

/** Who is signed in where: everybody sees their own, admins all. */
export function SessionsTab() {
  const { t } = useTranslation();
  const { may } = useSession();
  const mine = !may('ACCESS_MANAGE');
  const query = useAsk({
    key: ['access', 'sessions'],
    document: SessionRowsDocument,
    variables: { mine },
  });
  const stop = useDeed({
    document: StopSessionDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['access', 'sessions']],
  });
  return (
    <>
      <Problems error={stop.error} />
      <Remote query={query}>
        {({ sessions: { nodes } }) =>
          nodes.length === 0 ? (
            <Empty title={t('access.noSessions')} />
          ) : (
            <div
              className="scroll"
              tabIndex={0}
              role="region"
              aria-label={t('access.tab.sessions')}
            >
              <table>
                <thead>
                  <tr>
                    {(['name', 'where', 'since', 'used', 'expires', 'actions'] as const).map(
                      (name) => (
                        <th key={name} scope="col">
                          {t(`access.column.${name}`)}
                        </th>
                      ),
                    )}
                  </tr>
                </thead>
                <tbody>
                  {nodes.map((session) => (
                    <tr key={session.id}>
                      <td>{session.member.name}</td>
                      <td>
                        <span className="tag">{session.kind}</span> {session.agent}
                      </td>
                      <td>
                        <Time at={session.createdAt} />
                      </td>
                      <td>
                        {session.lastUsedAt === null ? '—' : <Time at={session.lastUsedAt} />}
                      </td>
                      <td>
                        <Time at={session.expiresAt} />
                      </td>
                      <td>
                        <Button
                          kind="quiet"
                          onClick={() => stop.mutate({ input: { id: session.id } })}
                        >
                          {t('access.end')}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Remote>
    </>
  );
}

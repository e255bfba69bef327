import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { JobCallsDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, Time } from '../../ui/time.tsx';

/** Calls to outside systems with their attempts and times. */
export function CallsTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['job', id, 'calls'],
    document: JobCallsDocument,
    variables: { id },
  });
  return (
    <Remote query={query}>
      {({ job }) => {
        const calls = job?.integrationCalls.nodes ?? [];
        if (calls.length === 0) return <Empty title={t('job.noCalls')} />;
        return (
          <div className="scroll" tabIndex={0} role="region" aria-label={t('job.tab.calls')}>
            <table>
              <thead>
                <tr>
                  {(
                    ['state', 'integration', 'task', 'status', 'attempts', 'began', 'took'] as const
                  ).map((name) => (
                    <th key={name} scope="col">
                      {t(`calls.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {calls.map((call) => (
                  <tr key={call.id}>
                    <td>
                      <StateBadge state={call.state} />
                    </td>
                    <td>
                      <Link to="/integrations/$name" params={{ name: call.integration.name }}>
                        {call.integration.name}
                      </Link>{' '}
                      {call.operation}
                      {call.batchSize !== null && <span className="tag">×{call.batchSize}</span>}
                      {call.error !== null && <p className="problem">{call.error}</p>}
                    </td>
                    <td>
                      <code className="wrap">{call.task}</code>
                    </td>
                    <td>{call.status}</td>
                    <td>{call.attempts}</td>
                    <td>
                      <Time at={call.startedAt} />
                    </td>
                    <td>{call.durationMs !== null && duration(call.durationMs)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
      }}
    </Remote>
  );
}

import { useTranslation } from 'react-i18next';

import { Empty } from '../../ui/empty.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, Time } from '../../ui/time.tsx';
import type { Integration } from './integration.ts';

interface Props {
  readonly calls: Integration['calls']['nodes'];
}

/** The latest calls, with how many of them went well and how long they took. */
export function RecentCalls({ calls }: Props) {
  const { t } = useTranslation();
  if (calls.length === 0) return <Empty title={t('integrations.noCalls')} />;
  const over = calls.filter(({ state }) => state === 'SUCCEEDED' || state === 'FAILED');
  const good = over.filter(({ state }) => state === 'SUCCEEDED').length;
  const times = calls
    .flatMap(({ durationMs }) => durationMs ?? [])
    .sort((one, other) => one - other);
  const middle = times[Math.floor(times.length / 2)];
  return (
    <>
      <p className="quiet">
        {t('integrations.health', { good, of: over.length })}
        {middle !== undefined && ` · ${t('integrations.median', { time: duration(middle) })}`}
      </p>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('integrations.calls')}>
        <table>
          <thead>
            <tr>
              {(['state', 'operation', 'status', 'attempts', 'began', 'took'] as const).map(
                (name) => (
                  <th key={name} scope="col">
                    {t(`calls.${name}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr key={call.id}>
                <td>
                  <StateBadge state={call.state} />
                </td>
                <td>
                  {call.operation}
                  {call.error !== null && <p className="problem">{call.error}</p>}
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
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { DeliverAgainDocument, type HookRowFragment } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, NearTime, Time } from '../../ui/time.tsx';

interface Props {
  readonly rows: HookRowFragment['deliveries']['nodes'];
  readonly url: string;
}

const states = { PENDING: 'QUEUED', DELIVERED: 'SUCCEEDED', FAILED: 'FAILED' } as const;

/** The latest deliveries to a receiver; one that is over can be made once more. */
export function Deliveries({ rows, url }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const again = useDeed({
    document: DeliverAgainDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['webhooks']],
  });
  if (rows.length === 0) return <p className="quiet">{t('webhooks.noDeliveries')}</p>;
  const label = t('webhooks.deliveries', { url });
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {(['state', 'event', 'tries', 'answer', 'began', 'again'] as const).map((name) => (
              <th key={name} scope="col">
                {t(`webhooks.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <StateBadge state={states[row.state]} />
              </td>
              <td>
                {row.job === null ? (
                  <code className="wrap">{row.eventType}</code>
                ) : (
                  <Link to="/jobs/$id" params={{ id: row.job.id }}>
                    <code className="wrap">{row.eventType}</code>
                  </Link>
                )}
                {row.error !== null && <p className="problem">{row.error}</p>}
              </td>
              <td>{row.attempts}</td>
              <td>
                {row.responseStatus ?? '—'}
                {row.durationMs !== null && ` · ${duration(row.durationMs)}`}
              </td>
              <td>
                <Time at={row.createdAt} />
              </td>
              <td>
                {row.nextAttemptAt !== null && <NearTime at={row.nextAttemptAt} />}
                {row.nextAttemptAt === null && may('INTEGRATIONS_MANAGE') && (
                  <Button
                    kind="quiet"
                    isBusy={again.isPending}
                    onClick={() => again.mutate({ input: { id: row.id } })}
                  >
                    {t('webhooks.deliver')}
                    <span className="unseen">: {row.eventType}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Problems error={again.error} />
    </div>
  );
}

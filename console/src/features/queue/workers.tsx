import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { QueueNowQuery } from '../../_generated/documents.ts';
import { Time } from '../../ui/time.tsx';

interface Props {
  readonly workers: QueueNowQuery['queue']['workers'];
}

/** Which workers run jobs of the tenant now, and which of them longest. */
export function Workers({ workers }: Props) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('queue.workers')}</h2>
      {workers.length === 0 ? (
        <p className="quiet">{t('queue.noWorkers')}</p>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label={t('queue.workers')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('queue.worker')}</th>
                <th scope="col">{t('state.RUNNING')}</th>
                <th scope="col">{t('queue.holds')}</th>
                <th scope="col">{t('queue.lease')}</th>
              </tr>
            </thead>
            <tbody>
              {workers.map(({ id, running, jobs, leaseUntil }) => (
                <tr key={id}>
                  <td>
                    <code className="wrap">{id}</code>
                  </td>
                  <td>{running}</td>
                  <td>
                    <ul className="quiet-list">
                      {jobs.map((job) => (
                        <li key={job.id}>
                          <Link to="/jobs/$id" params={{ id: job.id }}>
                            {job.agent.name}
                          </Link>{' '}
                          {job.startedAt !== null && <Time at={job.startedAt} />}
                        </li>
                      ))}
                    </ul>
                  </td>
                  <td>
                    <Time at={leaseUntil} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

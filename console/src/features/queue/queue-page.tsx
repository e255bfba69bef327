import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { QueueNowDocument, type QueueNowQuery } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { duration } from '../../ui/time.tsx';
import { QueueSeries } from './queue-series.tsx';
import { Workers } from './workers.tsx';

const everyMs = 3_000;

/** How far the queue is behind, and what it is behind with. */
export function QueuePage() {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['queue'],
    document: QueueNowDocument,
    variables: {},
    refetchMs: everyMs,
  });
  return (
    <Page title={t('place.queue')}>
      <Remote query={query}>
        {({ queue }) => (
          <>
            <Numbers queue={queue} />
            <QueueSeries at={query.dataUpdatedAt} queued={queue.queued} running={queue.running} />
            <div className="columns">
              <Priorities queue={queue} />
              <Agents queue={queue} />
            </div>
            <Workers workers={queue.workers} />
          </>
        )}
      </Remote>
    </Page>
  );
}

interface Part {
  readonly queue: QueueNowQuery['queue'];
}

function Numbers({ queue }: Part) {
  const { t, i18n } = useTranslation();
  const seconds = (value: number | null) => (value === null ? '—' : duration(value * 1_000));
  const states = [
    ['queued', 'QUEUED'],
    ['running', 'RUNNING'],
    ['waiting', 'WAITING'],
    ['paused', 'PAUSED'],
    ['dead', 'DEAD'],
  ] as const;
  return (
    <ul className="numbers">
      {states.map(([name, state]) => (
        <li key={name} className={name === 'dead' && queue.dead > 0 ? 'bad' : ''}>
          <Link to="/jobs" search={{ states: [state] }}>
            <strong>{queue[name].toLocaleString(i18n.language)}</strong>
            <span>{t(`state.${state}`)}</span>
          </Link>
        </li>
      ))}
      {(
        [
          ['perMinute', queue.finishedPerMinute.toLocaleString(i18n.language)],
          ['oldest', queue.queued === 0 ? '—' : seconds(queue.oldestQueuedSeconds)],
          ['lag50', seconds(queue.lagP50Seconds)],
          ['lag95', seconds(queue.lagP95Seconds)],
          ['limited', queue.limited.toLocaleString(i18n.language)],
        ] as const
      ).map(([name, value]) => (
        <li key={name}>
          <strong>{value}</strong>
          <span>{t(`queue.${name}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function Priorities({ queue }: Part) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('queue.priorities')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('job.priority')}</th>
            <th scope="col">{t('state.QUEUED')}</th>
            <th scope="col">{t('queue.oldest')}</th>
          </tr>
        </thead>
        <tbody>
          {queue.priorities.map(({ priority, queued, oldestQueuedSeconds }) => (
            <tr key={priority}>
              <td>{t(`priority.${priority}`)}</td>
              <td>{queued}</td>
              <td>{queued === 0 ? '—' : duration(oldestQueuedSeconds * 1_000)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Agents({ queue }: Part) {
  const { t } = useTranslation();
  if (queue.agents.length === 0) return <Empty title={t('queue.idle')} />;
  return (
    <section>
      <h2>{t('queue.agents')}</h2>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('queue.agents')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('job.agent')}</th>
              {(['QUEUED', 'RUNNING', 'WAITING', 'PAUSED'] as const).map((state) => (
                <th key={state} scope="col">
                  {t(`state.${state}`)}
                </th>
              ))}
              <th scope="col">{t('queue.limited')}</th>
            </tr>
          </thead>
          <tbody>
            {queue.agents.map(({ agent, queued, running, waiting, paused, limited }) => (
              <tr key={`${agent.namespace}/${agent.name}`}>
                <td>
                  <Link to="/jobs" search={{ agent: `${agent.namespace}/${agent.name}` }}>
                    {agent.namespace}/{agent.name}
                  </Link>
                </td>
                <td>{queued}</td>
                <td>{running}</td>
                <td>{waiting}</td>
                <td>{paused}</td>
                <td>{limited}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

import {
  JobMovesDocument,
  JobWholeByIdDocument,
  type JobWholeFragment,
} from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useLive } from '../../app/live.ts';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CallsTab } from './calls-tab.tsx';
import { DataTab } from './data-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import { JobActions } from './job-actions.tsx';
import { JobSummary } from './job-summary.tsx';
import { ResultTab } from './result-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { TrailTab } from './trail-tab.tsx';
import { useThrottled } from './use-throttled.ts';

const GraphTab = lazy(async () => ({ default: (await import('./graph-tab.tsx')).GraphTab }));

const tabs = ['timeline', 'graph', 'data', 'events', 'calls', 'result', 'audit'] as const;
type Tab = (typeof tabs)[number];

/** One job: what it is, what happened, and what can be done about it. */
export function JobPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/jobs/$id' });
  const query = useAsk({
    key: ['job', id],
    document: JobWholeByIdDocument,
    variables: { id },
  });
  const cache = useQueryClient();
  const refresh = useThrottled(() => void cache.invalidateQueries({ queryKey: ['job', id] }));
  const state = query.data?.job?.state;
  useLive({
    document: JobMovesDocument,
    variables: { id },
    cursorOf: ({ jobEvents }) => jobEvents.cursor,
    onData: refresh,
    onBack: refresh,
    // The stream ends with the job, and a redriven job begins another.
    enabled: state !== undefined && !isOver(state),
  });
  const job = query.data?.job ?? undefined;
  return (
    <Page
      title={job === undefined ? t('job.title') : job.agent.name}
      beside={job && <StateBadge state={job.state} />}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/jobs">{t('place.jobs')}</Link> <code className="wrap">{id}</code>
        </nav>
      }
      actions={job && <JobActions job={job} />}
    >
      <Remote query={query}>
        {() => (job === undefined ? <Empty title={t('job.missing')} /> : <Whole job={job} />)}
      </Remote>
    </Page>
  );
}

function isOver(state: JobWholeFragment['state']): boolean {
  return ['SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD'].includes(state);
}

function Whole({ job }: { readonly job: JobWholeFragment }) {
  const { t } = useTranslation();
  const { tab } = useSearch({ from: '/jobs/$id' });
  const current = tabs.find((one) => one === tab) ?? 'timeline';
  return (
    <>
      <JobSummary job={job} />
      <Tabs
        label={t('job.parts')}
        current={current}
        tabs={tabs.map((name) => [name, t(`job.tab.${name}`)] as const)}
      />
      <section className="tab">{partOf(current, job)}</section>
    </>
  );
}

function partOf(tab: Tab, job: JobWholeFragment) {
  switch (tab) {
    case 'timeline':
      return <TimelineTab job={job} />;
    case 'graph':
      return (
        <Suspense fallback={<Loading />}>
          <GraphTab id={job.id} />
        </Suspense>
      );
    case 'data':
      return <DataTab job={job} />;
    case 'events':
      return <EventsTab id={job.id} />;
    case 'calls':
      return <CallsTab id={job.id} />;
    case 'result':
      return <ResultTab id={job.id} />;
    case 'audit':
      return <TrailTab id={job.id} />;
  }
}

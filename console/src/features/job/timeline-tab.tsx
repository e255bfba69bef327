import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  JobCallsDocument,
  JobStepsDocument,
  type JobWholeFragment,
} from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Remote } from '../../ui/remote.tsx';
import { duration } from '../../ui/time.tsx';
import { isRedrivable } from './redrivable.ts';
import { StepRow } from './step-row.tsx';
import { timelineOf } from './timeline-model.ts';
import { usePages } from './use-pages.ts';

const RedriveDialog = lazy(async () => ({
  default: (await import('./redrive-dialog.tsx')).RedriveDialog,
}));

/** The steps in time, with calls inside them and the critical path marked. */
export function TimelineTab({ job }: { readonly job: JobWholeFragment }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { query, rows } = usePages({
    key: ['job', job.id, 'steps'],
    document: JobStepsDocument,
    id: job.id,
    pageOf: (data) => data.job?.steps,
  });
  const { data } = useAsk({
    key: ['job', job.id, 'calls'],
    document: JobCallsDocument,
    variables: { id: job.id },
    enabled: may('INTEGRATIONS_READ'),
  });
  const [step, setStep] = useState<string>();
  const canRedrive = may('JOBS_OPERATE') && isRedrivable(job);
  const isMoving = job.finishedAt === null;
  const now = useNow(isMoving);
  const { bars, totalMs } = timelineOf(rows, data?.job?.integrationCalls.nodes ?? [], now);
  return (
    <Remote query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t(isMoving ? 'job.notBegun' : 'job.noSteps')} />
        ) : (
          <div className="timeline">
            <div className="timeline-scale" aria-hidden="true">
              {[0, 0.25, 0.5, 0.75, 1].map((part) => (
                <span key={part}>{duration(totalMs * part)}</span>
              ))}
            </div>
            <ol>
              {bars.map((bar) => (
                <StepRow
                  key={bar.step.key}
                  bar={bar}
                  onRedrive={canRedrive ? setStep : undefined}
                />
              ))}
            </ol>
            <p className="legend quiet">
              <i className="critical" aria-hidden="true" /> {t('timeline.critical')}
              <i className="call" aria-hidden="true" /> {t('timeline.call')}
            </p>
            <MoreButton query={query} />
            {step !== undefined && (
              <Suspense>
                <RedriveDialog job={job} step={step} onClose={() => setStep(undefined)} />
              </Suspense>
            )}
          </div>
        )
      }
    </Remote>
  );
}

function useNow(isMoving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isMoving) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isMoving]);
  return now;
}

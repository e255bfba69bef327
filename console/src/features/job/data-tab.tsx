import { useTranslation } from 'react-i18next';

import type { JobWholeFragment } from '../../_generated/documents.ts';
import { Empty } from '../../ui/empty.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Time } from '../../ui/time.tsx';

/** What went in, what came out, and the failures on the way. */
export function DataTab({ job }: { readonly job: JobWholeFragment }) {
  const { t } = useTranslation();
  return (
    <div className="columns">
      <section>
        <h2>{t('job.input')}</h2>
        <JsonView value={job.input} label={t('job.input')} />
      </section>
      <section>
        <h2>{t('job.output')}</h2>
        {job.output === null ? (
          <Empty title={t('job.noOutput')} />
        ) : (
          <JsonView value={job.output} label={t('job.output')} />
        )}
      </section>
      {job.attemptsLog.length > 0 && (
        <section className="wide">
          <h2>{t('job.attemptsLog')}</h2>
          <ol className="list">
            {job.attemptsLog.map(({ kind, at, error }, index) => (
              <li key={index} className="line">
                <span className="tag">{kind}</span>
                <Time at={at} />
                <span className="pre">{error?.detail ?? error?.title ?? ''}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

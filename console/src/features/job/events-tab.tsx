import { useTranslation } from 'react-i18next';

import { JobEventRowsDocument } from '../../_generated/documents.ts';
import { Empty } from '../../ui/empty.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Remote } from '../../ui/remote.tsx';
import { exactTime } from '../../ui/time.tsx';
import { usePages } from './use-pages.ts';

/** What happened to the job, in order. */
export function EventsTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { query, rows } = usePages({
    key: ['job', id, 'events'],
    document: JobEventRowsDocument,
    id,
    pageOf: ({ job }) => job?.events,
  });
  return (
    <Remote query={query}>
      {() =>
        rows.length === 0 ? (
          <Empty title={t('job.noEvents')} />
        ) : (
          <>
            <ol className="list">
              {rows.map(({ seq, type, at, task, data }) => (
                <li key={seq}>
                  <details>
                    <summary>
                      <span className="number">{seq}</span>
                      <code>{shortType(type)}</code>
                      <span className="quiet wrap">{task}</span>
                      <time dateTime={at}>{exactTime(at)}</time>
                    </summary>
                    <p className="quiet">
                      <code className="wrap">{type}</code>
                    </p>
                    <JsonView value={data} label={t('job.eventData')} />
                  </details>
                </li>
              ))}
            </ol>
            <MoreButton query={query} />
          </>
        )
      }
    </Remote>
  );
}

/** Without what all of them begin and end with. */
function shortType(type: string): string {
  return type.replace(/^io\.serverlessworkflow\./u, '').replace(/\.v\d+$/u, '');
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { JobRenderedDocument, type ResultFormat } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { currentLanguage } from '../../app/language.ts';
import { Empty } from '../../ui/empty.tsx';
import { Remote } from '../../ui/remote.tsx';
import { TextView } from '../../ui/text-view.tsx';

const formats = [
  'JSON',
  'TEXT',
  'MARKDOWN',
  'HTML',
  'CSV',
  'XML',
] as const satisfies ResultFormat[];

/** The output as the agent's templates render it, always as text: the page of a job is no place to run somebody's markup. */
export function ResultTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ResultFormat>('TEXT');
  const [locale, setLocale] = useState<string>(currentLanguage);
  const query = useAsk({
    key: ['job', id, 'result', format, locale],
    document: JobRenderedDocument,
    variables: { id, format, locale: locale || null },
  });
  return (
    <>
      <div className="filters">
        <select
          aria-label={t('result.format')}
          value={format}
          onChange={({ target }) =>
            setFormat(formats.find((one) => one === target.value) ?? 'TEXT')
          }
        >
          {formats.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <input
          aria-label={t('result.locale')}
          value={locale}
          onChange={({ target }) => setLocale(target.value)}
        />
      </div>
      <Remote query={query} rows={3}>
        {({ job }) =>
          job?.result == null ? (
            <Empty title={t('result.none')} />
          ) : (
            <>
              <p className="quiet">
                {job.result.contentType} {job.result.locale}
              </p>
              <TextView text={job.result.content} label={t('job.tab.result')} />
            </>
          )
        }
      </Remote>
    </>
  );
}

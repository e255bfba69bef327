import { useTranslation } from 'react-i18next';

import { JobRedrivePlanDocument, type RedriveFrom } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { useRested } from '../../app/use-rested.ts';
import { Remote } from '../../ui/remote.tsx';

/** Where a job is to begin again, and with what. */
export interface RedriveWish {
  readonly from: RedriveFrom;
  readonly task?: string;
  readonly input?: unknown;
}

interface Props {
  readonly id: string;
  readonly wish: RedriveWish;
}

/** What a redrive will do, or what does not fit. */
export function RedrivePlan({ id, wish: written }: Props) {
  const { t } = useTranslation();
  const wish = JSON.parse(useRested(JSON.stringify(written))) as RedriveWish;
  const query = useAsk({
    key: ['job', id, 'plan', wish],
    document: JobRedrivePlanDocument,
    variables: { id, ...wish },
  });
  return (
    <Remote query={query} rows={2}>
      {({ redrivePlan: { keptCount, againCount, again, warnings } }) => (
        <section className="plan" aria-live="polite">
          <p>{t('redrive.plan', { kept: keptCount, again: againCount })}</p>
          {warnings.map((warning) => (
            <p key={warning} className="notice">
              {warning}
            </p>
          ))}
          <ul className="quiet">
            {again.slice(0, 8).map(({ key, kind }) => (
              <li key={key}>
                <code className="wrap">{key}</code> {kind.toLowerCase()}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Remote>
  );
}

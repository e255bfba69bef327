import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { TrailRowFragment } from '../_generated/documents.ts';
import { Button } from '../ui/button.tsx';
import { JsonView } from '../ui/json-view.tsx';
import { exactTime, Time } from '../ui/time.tsx';
import { useVerify, type Verdict } from './use-verify.ts';

interface Props {
  readonly rows: readonly TrailRowFragment[];
  readonly isLinked?: boolean;
}

/** Audit events, each of which can be proved here and now. */
export function TrailList({ rows, isLinked = false }: Props) {
  const { t } = useTranslation();
  const { verdicts, verify } = useVerify();
  const count = (is: Verdict['is']) => rows.filter(({ id }) => verdicts.get(id)?.is === is).length;
  return (
    <section className="trail">
      <div className="trail-head">
        <Button kind="primary" isBusy={count('asking') > 0} onClick={() => void verify(rows)}>
          {t('trail.verify')}
        </Button>
        <p role="status">
          {verdicts.size > 0 &&
            count('asking') === 0 &&
            t('trail.outcome', {
              good: count('good'),
              bad: count('bad'),
              unsealed: count('unsealed'),
            })}
        </p>
      </div>
      <ol className="list">
        {rows.map((row) => (
          <li key={row.id}>
            <details>
              <summary>
                <code className="trail-action">{row.action}</code>
                <span className="trail-actor" title={`${row.actor.kind}:${row.actor.id}`}>
                  {row.actor.name}
                </span>
                <Time at={row.at} />
                <Mark verdict={verdicts.get(row.id)} />
              </summary>
              <p className="quiet">
                {exactTime(row.at)} · {t('trail.seq', { seq: row.seq ?? '—' })}
                {isLinked && row.target.kind === 'job' && (
                  <>
                    {' · '}
                    <Link to="/jobs/$id" params={{ id: row.target.id }}>
                      {t('trail.job')}
                    </Link>
                  </>
                )}
              </p>
              {row.hash !== null && (
                <p className="quiet">
                  {t('trail.leaf')} <code className="wrap">{row.hash}</code>
                </p>
              )}
              <JsonView
                value={{ actor: row.actor, target: row.target, data: row.data }}
                label={t('trail.data')}
              />
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Mark({ verdict }: { readonly verdict: Verdict | undefined }) {
  const { t } = useTranslation();
  if (verdict === undefined) return <span className="verdict" />;
  switch (verdict.is) {
    case 'asking':
      return <span className="verdict">…</span>;
    case 'unsealed':
      return <span className="verdict wait">{t('trail.unsealed')}</span>;
    case 'bad':
      return (
        <span className="verdict bad" title={verdict.why}>
          {t('trail.bad')}: {verdict.why}
        </span>
      );
    case 'good':
      return (
        <span className="verdict good" title={t('trail.signedBy', { name: verdict.of.signedBy })}>
          ✓ {t('trail.good', { size: verdict.of.size })}
        </span>
      );
  }
}

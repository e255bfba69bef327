import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { JobWholeByIdDocument, type JobWholeFragment } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { Empty } from '../../ui/empty.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Page } from '../../ui/page.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, Time } from '../../ui/time.tsx';
import { CompareSteps } from './compare-steps.tsx';

const sides = ['a', 'b'] as const;

/** Two jobs side by side: what went in, what came out, and each step. */
export function ComparePage() {
  const { t } = useTranslation();
  const { a = '', b = '' } = useSearch({ from: '/jobs/compare' });
  const navigate = useNavigate();
  return (
    <Page
      title={t('compare.title')}
      above={
        <nav className="crumbs" aria-label={t('crumbs')}>
          <Link to="/jobs">{t('place.jobs')}</Link>
        </nav>
      }
      actions={
        <Link className="button plain" to="/jobs/compare" search={{ a: b, b: a }}>
          {t('compare.swap')}
        </Link>
      }
    >
      <form
        key={`${a} ${b}`}
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const [one, other] = sides.map((side) => textOf(form, side).trim());
          void navigate({ to: '/jobs/compare', search: { a: one ?? '', b: other ?? '' } });
        }}
      >
        {sides.map((side) => (
          <label key={side} className="inline">
            {t(`compare.${side}`)}
            <input name={side} required defaultValue={side === 'a' ? a : b} size={36} />
          </label>
        ))}
        <Button type="submit">{t('compare.do')}</Button>
      </form>
      {a === '' || b === '' ? <Empty title={t('compare.needsTwo')} /> : <Both a={a} b={b} />}
    </Page>
  );
}

function Both({ a, b }: { readonly a: string; readonly b: string }) {
  const { t } = useTranslation();
  const ask = (id: string) => ({
    key: ['job', id],
    document: JobWholeByIdDocument,
    variables: { id },
  });
  const left = useAsk(ask(a));
  const right = useAsk(ask(b));
  return (
    <Remote query={left}>
      {({ job: one }) => (
        <Remote query={right}>
          {({ job: other }) =>
            one === null || other === null ? (
              <Empty title={t('job.missing')} />
            ) : (
              <Compared one={one} other={other} />
            )
          }
        </Remote>
      )}
    </Remote>
  );
}

interface ComparedProps {
  readonly one: JobWholeFragment;
  readonly other: JobWholeFragment;
}

function Compared({ one, other }: ComparedProps) {
  const { t } = useTranslation();
  const textOfJson = (value: unknown): string => JSON.stringify(value, undefined, 2);
  return (
    <>
      <div className="columns">
        <Head label={t('compare.a')} job={one} />
        <Head label={t('compare.b')} job={other} />
      </div>
      <h2>{t('compare.steps')}</h2>
      <CompareSteps a={one.id} b={other.id} />
      <div className="columns">
        {(['input', 'output', 'error'] as const).map((part) => (
          <section key={part} className={part === 'error' ? 'wide' : undefined}>
            <h2>{t(`job.${part}`)}</h2>
            <DiffView
              before={textOfJson(one[part])}
              after={textOfJson(other[part])}
              label={t(`job.${part}`)}
            />
          </section>
        ))}
      </div>
    </>
  );
}

function Head({ label, job }: { readonly label: string; readonly job: JobWholeFragment }) {
  const { id, agent, agentVersion, state, createdAt, startedAt, finishedAt } = job;
  return (
    <section className="card compared" aria-label={label}>
      <p>
        <strong>{label}</strong> <StateBadge state={state} />
      </p>
      <p>
        <Link to="/jobs/$id" params={{ id }}>
          <code className="wrap">{id}</code>
        </Link>
      </p>
      <p className="quiet">
        {agent.namespace}/{agent.name} v{agentVersion.version} · <Time at={createdAt} />
        {startedAt !== null &&
          finishedAt !== null &&
          ` · ${duration(Date.parse(finishedAt) - Date.parse(startedAt))}`}
      </p>
    </section>
  );
}

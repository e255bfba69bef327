import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { JobStepsDocument } from '../../_generated/documents.ts';
import { DiffView } from '../../ui/diff-view.tsx';
import { Empty } from '../../ui/empty.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Remote } from '../../ui/remote.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration } from '../../ui/time.tsx';
import { isDifferent, pairsOf, type StepPair, tookMs } from './compare-model.ts';
import type { Step } from './timeline-model.ts';
import { usePages } from './use-pages.ts';

interface Props {
  readonly a: string;
  readonly b: string;
}

/** The steps of two jobs in one table, with what differs said in words. */
export function CompareSteps({ a, b }: Props) {
  const { t } = useTranslation();
  const [isShort, setShort] = useState(false);
  const left = useSteps(a);
  const right = useSteps(b);
  const pairs = pairsOf(left.rows, right.rows).filter((pair) => !isShort || isDifferent(pair));
  return (
    <Remote query={left.query}>
      {() => (
        <Remote query={right.query}>
          {() => (
            <>
              <label className="inline">
                <input
                  type="checkbox"
                  checked={isShort}
                  onChange={({ target }) => setShort(target.checked)}
                />
                {t('compare.onlyDifferent')}
              </label>
              {pairs.length === 0 ? (
                <Empty title={t(isShort ? 'compare.same' : 'job.noSteps')} />
              ) : (
                <div className="scroll" tabIndex={0} role="region" aria-label={t('compare.steps')}>
                  <table>
                    <thead>
                      <tr>
                        {(['task', 'a', 'b', 'differs'] as const).map((name) => (
                          <th key={name} scope="col">
                            {t(`compare.${name}`)}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {pairs.map((pair) => (
                        <Row key={pair.key} pair={pair} />
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              <MoreButton query={left.query} />
              <MoreButton query={right.query} />
            </>
          )}
        </Remote>
      )}
    </Remote>
  );
}

function useSteps(id: string) {
  return usePages({
    key: ['job', id, 'steps'],
    document: JobStepsDocument,
    id,
    pageOf: (data) => data.job?.steps,
  });
}

function Row({ pair }: { readonly pair: StepPair }) {
  const { t } = useTranslation();
  const { key, name, left, right, differs, longerMs } = pair;
  const textOfJson = (step: Step | undefined): string =>
    JSON.stringify(step?.output ?? null, undefined, 2);
  return (
    <tr className={isDifferent(pair) ? 'differs' : undefined}>
      <th scope="row" title={key}>
        {name}
      </th>
      <Cell step={left} />
      <Cell step={right} />
      <td>
        {(left === undefined || right === undefined) && (
          <span className="tag">{t('compare.alone')}</span>
        )}
        {differs.state && <span className="tag">{t('compare.state')}</span>}{' '}
        {longerMs !== undefined && longerMs !== 0 && (
          <span className="quiet">
            {longerMs > 0 ? '+' : '−'}
            {duration(Math.abs(longerMs))}
          </span>
        )}
        {differs.output && (
          <details>
            <summary>{t('compare.output')}</summary>
            <DiffView before={textOfJson(left)} after={textOfJson(right)} label={t('job.output')} />
          </details>
        )}
      </td>
    </tr>
  );
}

function Cell({ step }: { readonly step: Step | undefined }) {
  if (step === undefined) return <td>—</td>;
  const ms = tookMs(step);
  return (
    <td>
      <StateBadge state={step.state} /> {ms !== undefined && duration(ms)}
      {step.error !== null && (
        <p className="problem">{step.error.detail ?? step.error.title ?? step.error.type}</p>
      )}
    </td>
  );
}

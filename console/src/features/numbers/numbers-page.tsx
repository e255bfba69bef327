import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { NumbersDocument } from '../../_generated/documents.ts';
import { OperandiError } from '../../../../sdk/src/errors.ts';
import { useAsk } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { textOf } from '../../ui/form-text.ts';
import { Empty } from '../../ui/empty.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { BoardCard } from './board-card.tsx';
import { boards, isSpan, spans, spanUpTo, type SpanName } from './boards.ts';

/** How business has gone: series of what has ended, from the warehouse. */
export function NumbersPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const search = useSearch({ strict: false });
  const span = isSpan(search['span']) ? search['span'] : 'week';
  const agent = typeof search['agent'] === 'string' ? search['agent'] : '';
  const minute = Math.floor(Date.now() / 60_000);
  const asked = useMemo(
    () => ({
      ...spanUpTo(minute * 60_000, span),
      filter: agent === '' ? null : { agents: [agent] },
    }),
    [minute, span, agent],
  );
  const probe = useAsk({
    key: ['numbers', 'probe', asked],
    document: NumbersDocument,
    variables: { measure: 'JOBS', groupBy: null, ...asked },
    isKept: true,
  });
  const isAbsent =
    probe.error instanceof OperandiError && probe.error.code === 'WAREHOUSE_UNAVAILABLE';
  const copiedUpTo = probe.data?.analytics.copiedUpTo;
  return (
    <Page title={t('place.numbers')}>
      {isAbsent ? (
        <Empty title={t('numbers.absent')}>
          <p>{t('numbers.absentHint')}</p>
        </Empty>
      ) : (
        <>
          <Choice span={span} agent={agent} />
          {copiedUpTo != null && (
            <p className="quiet">
              {t('numbers.upTo')} <Time at={copiedUpTo} />
            </p>
          )}
          <div className="columns">
            {boards
              .filter(({ isOfCalls }) => isOfCalls !== true || may('INTEGRATIONS_READ'))
              .map((board) => (
                <BoardCard key={board.name} board={board} asked={asked} />
              ))}
          </div>
        </>
      )}
    </Page>
  );
}

function Choice({ span, agent }: { readonly span: SpanName; readonly agent: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const go = (chosen: { readonly span: string; readonly agent: string }): void =>
    void navigate({
      to: '/numbers',
      search: { span: chosen.span, ...(chosen.agent !== '' && { agent: chosen.agent }) },
    });
  return (
    <form
      key={agent}
      className="filters"
      aria-label={t('numbers.choice')}
      onSubmit={(event) => {
        event.preventDefault();
        go({ span, agent: textOf(new FormData(event.currentTarget), 'agent').trim() });
      }}
    >
      <label className="inline">
        {t('numbers.span')}
        <select value={span} onChange={({ target }) => go({ span: target.value, agent })}>
          {Object.keys(spans).map((name) => (
            <option key={name} value={name}>
              {t(`numbers.${name as SpanName}`)}
            </option>
          ))}
        </select>
      </label>
      <input
        name="agent"
        aria-label={t('job.agent')}
        placeholder={t('job.agent')}
        defaultValue={agent}
      />
    </form>
  );
}

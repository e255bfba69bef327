import { useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import {
  NumbersDocument,
  type AnalyticsUnit,
  type NumbersQueryVariables,
} from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { LineChart, type Lines } from '../../ui/line-chart.tsx';
import { Remote } from '../../ui/remote.tsx';
import { keepFile } from '../../ui/keep-file.ts';
import { duration, exactTime } from '../../ui/time.tsx';
import type { Board } from './boards.ts';
import { csvOf, linesOf } from './lines.ts';

interface Props {
  readonly board: Board;
  readonly asked: Pick<NumbersQueryVariables, 'every' | 'from' | 'to' | 'filter'>;
}

const everyMs = 30_000;

/** One chart with its table, which may be kept as CSV or as a picture. */
export function BoardCard({ board, asked }: Props) {
  const { t } = useTranslation();
  const { measure, groupBy = null } = board;
  const query = useAsk({
    key: ['numbers', board.name, asked],
    document: NumbersDocument,
    variables: { measure, groupBy, ...asked },
    refetchMs: everyMs,
    isKept: true,
  });
  return (
    <figure className="series board">
      <figcaption>{t(`numbers.${board.name}`)}</figcaption>
      <Remote query={query} rows={3}>
        {({ analytics }) => <Drawn board={board} answer={analytics} />}
      </Remote>
    </figure>
  );
}

type Answer = Parameters<typeof linesOf>[0];

function Drawn({ board, answer }: { readonly board: Board; readonly answer: Answer }) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(undefined);
  const none = t('numbers.none');
  const lines = useMemo(() => linesOf(answer, board, none), [answer, board, none]);
  const isCounted = board.values[0] === 'count';
  const shown = useCallback(
    (value: number) => textOf(value, isCounted ? 'COUNT' : answer.unit, i18n.language),
    [isCounted, answer.unit, i18n.language],
  );
  const onDrawn = useCallback((drawn: HTMLCanvasElement) => (canvas.current = drawn), []);
  if (lines.lines.length === 0) return <p className="quiet">{t('numbers.nothing')}</p>;
  return (
    <>
      <LineChart {...lines} shown={shown} onDrawn={onDrawn} />
      {answer.isCut && <p className="quiet">{t('numbers.cut')}</p>}
      <details>
        <summary>{t('numbers.table')}</summary>
        <Table lines={lines} shown={shown} name={t(`numbers.${board.name}`)} />
      </details>
      <div className="actions">
        <Button
          kind="quiet"
          onClick={() =>
            keepFile(new Blob([csvOf(lines)], { type: 'text/csv' }), `${board.name}.csv`)
          }
        >
          CSV
        </Button>
        <Button
          kind="quiet"
          onClick={() =>
            canvas.current?.toBlob((blob) => blob !== null && keepFile(blob, `${board.name}.png`))
          }
        >
          PNG
        </Button>
      </div>
    </>
  );
}

interface TableProps {
  readonly lines: Lines;
  readonly shown: (value: number) => string;
  readonly name: string;
}

function Table({ lines: { times, lines }, shown, name }: TableProps) {
  const { t } = useTranslation();
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('numbers.from')}</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, place) => (
            <tr key={time}>
              <td>{exactTime(new Date(time * 1_000).toISOString())}</td>
              {lines.map(({ label, values }) => {
                const value = values[place];
                return <td key={label}>{value == null ? '—' : shown(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function textOf(value: number, unit: AnalyticsUnit, language: string): string {
  return unit === 'MILLISECONDS' ? duration(value) : value.toLocaleString(language);
}

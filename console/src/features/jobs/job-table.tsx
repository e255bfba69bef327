import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import type { JobRowFragment } from '../../_generated/documents.ts';
import { JobRow } from './job-row.tsx';

interface Props {
  readonly rows: readonly JobRowFragment[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
  /** Ids of the rows that are ticked. */
  readonly chosen: readonly string[];
  readonly onChoose: (id: string) => void;
}

const rowPx = 40;
const narrowRowPx = 62;

/** Draws only what is on the screen, however long the list; arrows, Home and End move from row to row. */
export function JobTable({ rows, hasMore, onMore, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const body = useRef<HTMLDivElement>(null);
  const isNarrow = window.matchMedia('(width < 720px)').matches;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (isNarrow ? narrowRowPx : rowPx),
    overscan: 12,
    scrollMargin: body.current?.offsetTop ?? 0,
    getItemKey: (at) => rows[at]?.id ?? at,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = hasMore && last >= rows.length - 20;
  useEffect(() => {
    if (isNearEnd) onMore();
  }, [isNearEnd, onMore]);

  const focusRow = (at: number): void => {
    virtual.scrollToIndex(at);
    // Drawn after the scrolling has been seen.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        body.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`)?.focus(),
      ),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    const row = target instanceof Element ? target.closest('[data-index]') : null;
    if (row === null) return;
    const next = nextRow(event.key, Number(row.getAttribute('data-index')), rows.length);
    if (next === undefined) return;
    event.preventDefault();
    focusRow(next);
  };
  return (
    <div
      className="table"
      role="table"
      aria-label={t('place.jobs')}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
    >
      <div role="rowgroup">
        <div className="row head" role="row">
          {(['state', 'job', 'agent', 'labels', 'created', 'took'] as const).map((name) => (
            <span key={name} role="columnheader" className={`cell-${name}`}>
              {t(`jobs.column.${name}`)}
            </span>
          ))}
        </div>
      </div>
      <div
        ref={body}
        className="rows"
        role="rowgroup"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => {
          const job = rows[item.index];
          return (
            job && (
              <JobRow
                key={item.key}
                job={job}
                index={item.index}
                top={item.start - virtual.options.scrollMargin}
                isChosen={chosen.includes(job.id)}
                onChoose={onChoose}
              />
            )
          );
        })}
      </div>
      {hasMore && (
        <p className="more" role="status">
          {t('jobs.more')}
        </p>
      )}
    </div>
  );
}

function nextRow(key: string, at: number, count: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at - 1,
    k: at - 1,
    PageDown: at + 15,
    PageUp: at - 15,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}

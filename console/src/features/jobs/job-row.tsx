import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import type { JobRowFragment } from '../../_generated/documents.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, Time } from '../../ui/time.tsx';

interface Props {
  readonly job: JobRowFragment;
  readonly index: number;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: (id: string) => void;
}

/** One job in a line. */
export const JobRow = memo(function JobRow({ job, index, top, isChosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { id, state, agent, labels, createdAt, startedAt, finishedAt, error, priority } = job;
  return (
    <div
      className="row"
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="cell-state">
        <StateBadge state={state} />
      </span>
      <span role="cell" className="cell-job">
        <input
          type="checkbox"
          className="choose"
          aria-label={t('compare.choose', { id: shortId(id) })}
          checked={isChosen}
          onChange={() => onChoose(id)}
        />
        <Link to="/jobs/$id" params={{ id }} title={id}>
          <code>{shortId(id)}</code>
        </Link>
        {priority !== 'NORMAL' && <span className="tag">{t(`priority.${priority}`)}</span>}
        {error !== null && (
          <span className="cell-error" title={error.detail ?? error.title ?? ''}>
            {error.title ?? error.status}
          </span>
        )}
        {job.idempotencyKey !== null && error === null && (
          <span className="cell-key">{job.idempotencyKey}</span>
        )}
      </span>
      <span role="cell" className="cell-agent" title={`${agent.namespace}/${agent.name}`}>
        <span className="quiet">{agent.namespace}/</span>
        {agent.name}
      </span>
      <span role="cell" className="cell-labels">
        {labels.slice(0, 2).map(({ key, value }) => (
          <span key={key} className="tag" title={`${key}=${value}`}>
            {value}
          </span>
        ))}
      </span>
      <span role="cell" className="cell-created">
        <Time at={createdAt} />
      </span>
      <span role="cell" className="cell-took">
        {startedAt !== null && finishedAt !== null
          ? duration(Date.parse(finishedAt) - Date.parse(startedAt))
          : ''}
      </span>
    </div>
  );
});

/** The end of an id differs first: its beginning is the time. */
export function shortId(id: string): string {
  return id.length > 13 ? `${id.slice(0, 4)}…${id.slice(-8)}` : id;
}

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { FillScheduleDocument, type FillScheduleMutation } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';
import { type Schedule, zoneOf } from './schedule.ts';
import { TickList } from './tick-list.tsx';

interface Props {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

interface Range {
  readonly from: string;
  readonly to: string;
}

const most = 1_000;
const shownTicks = 8;

/** Starts the jobs of ticks in the past: first which they would be, then doing it. */
export function BackfillDialog({ schedule, onClose }: Props) {
  const { t } = useTranslation();
  const { id, agent } = schedule;
  const [counted, setCounted] = useState<Range & { readonly ticks: readonly string[] }>();
  const [done, setDone] = useState<FillScheduleMutation['answer']>();
  const fill = useDeed({
    document: FillScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['schedules'], ['jobs']],
  });
  const count = async (range: Range): Promise<void> => {
    const input = { id, ...range, max: most, dryRun: true };
    const { answer } = await fill.mutateAsync({ input });
    setCounted({ ...range, ticks: answer.ticks });
  };
  const start = async ({ from, to }: Range): Promise<void> => {
    const { answer } = await fill.mutateAsync({ input: { id, from, to, max: most } });
    setDone(answer);
  };
  return (
    <Dialog title={t('schedules.backfill')} onClose={onClose}>
      <form
        onChange={() => setCounted(undefined)}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const at = (name: string): string => new Date(textOf(form, name)).toISOString();
          void count({ from: at('from'), to: at('to') }).catch(() => undefined);
        }}
      >
        <p>{t('schedules.backfillHint')}</p>
        {(['from', 'to'] as const).map((name) => (
          <label key={name} className="field">
            <span>{t(`schedules.${name}`)}</span>
            <input name={name} type="datetime-local" required readOnly={done !== undefined} />
          </label>
        ))}
        <Problems error={fill.error} />
        {counted !== undefined && done === undefined && (
          <div role="status">
            <p>
              <strong>{t('schedules.counted', { count: counted.ticks.length })}</strong>
            </p>
            <TickList ticks={counted.ticks.slice(0, shownTicks)} zone={zoneOf(schedule)} />
            {counted.ticks.length > shownTicks && <p className="quiet">…</p>}
          </div>
        )}
        {done !== undefined && (
          <p role="status">
            {t('schedules.filled', { count: done.startedCount })}{' '}
            <Link to="/jobs" search={{ agent: `${agent.namespace}/${agent.name}` }}>
              {t('agents.jobs')}
            </Link>
          </p>
        )}
        <footer className="dialog-actions">
          <Button onClick={onClose}>{t('close')}</Button>
          {counted === undefined && done === undefined && (
            <Button kind="primary" type="submit" isBusy={fill.isPending}>
              {t('schedules.count')}
            </Button>
          )}
          {counted !== undefined && done === undefined && (
            <Button
              kind="primary"
              disabled={counted.ticks.length === 0}
              isBusy={fill.isPending}
              onClick={() => void start(counted).catch(() => undefined)}
            >
              {t('schedules.fill', { count: counted.ticks.length })}
            </Button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

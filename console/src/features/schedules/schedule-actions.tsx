import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ContinueScheduleDocument, RunScheduleNowDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { Problems } from '../../ui/problems.tsx';
import { BackfillDialog } from './backfill-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { PauseDialog } from './pause-dialog.tsx';
import type { Schedule } from './schedule.ts';

type Open = 'backfill' | 'delete' | 'pause';

/** What can be done with a schedule by those who may. */
export function ScheduleActions({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const { id, name, kind } = schedule;
  const changes = [['schedules']];
  const go = useDeed({
    document: ContinueScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes,
  });
  const run = useDeed({
    document: RunScheduleNowDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [...changes, ['jobs']],
  });
  const start = async (): Promise<void> => {
    const { answer } = await run.mutateAsync({ input: { id } });
    if (answer.job !== null) await navigate({ to: '/jobs/$id', params: { id: answer.job.id } });
  };
  if (!may('JOBS_OPERATE')) return null;
  const mayStart = may('JOBS_SUBMIT');
  const isTimed = kind === 'CRON' || kind === 'EVERY';
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Problems error={go.error ?? run.error} />
      {mayStart && (
        <Button isBusy={run.isPending} onClick={() => void start().catch(() => undefined)}>
          {t('schedules.run')}
        </Button>
      )}
      {schedule.pausedAt === null ? (
        <Button onClick={() => setOpen('pause')}>{t('schedules.pause')}</Button>
      ) : (
        mayStart && (
          <Button isBusy={go.isPending} onClick={() => go.mutate({ input: { id } })}>
            {t('schedules.resume')}
          </Button>
        )
      )}
      {mayStart && isTimed && (
        <Button onClick={() => setOpen('backfill')}>{t('schedules.backfill')}</Button>
      )}
      {name !== null && (
        <>
          <Button kind="danger" onClick={() => setOpen('delete')}>
            {t('schedules.delete')}
          </Button>
          {mayStart && (
            <Link className="button primary" to="/schedules/$id/edit" params={{ id }}>
              {t('schedules.edit')}
            </Link>
          )}
        </>
      )}
      {open === 'pause' && <PauseDialog id={id} onClose={close} />}
      {open === 'backfill' && <BackfillDialog schedule={schedule} onClose={close} />}
      {open === 'delete' && <DeleteDialog id={id} name={name ?? ''} onClose={close} />}
    </>
  );
}

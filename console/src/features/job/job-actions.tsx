import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  ContinueJobDocument,
  EndJobDocument,
  HoldJobDocument,
  type JobWholeFragment,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { useSession } from '../../app/session.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Menu } from '../../ui/menu.tsx';
import { Problems } from '../../ui/problems.tsx';
import { asCommand, asQuery, asScript } from './copies.ts';
import { isRedrivable } from './redrivable.ts';

const RedriveDialog = lazy(async () => ({
  default: (await import('./redrive-dialog.tsx')).RedriveDialog,
}));

interface Props {
  readonly job: JobWholeFragment;
}

/** What can be done with the job now, by those who may. */
export function JobActions({ job }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, setOpen] = useState<'cancel' | 'redrive'>();
  const changes = [['job', job.id], ['jobs']];
  const problems = ({ answer }: Steered) => answer.userErrors;
  const pause = useDeed({ document: HoldJobDocument, problems, changes });
  const resume = useDeed({ document: ContinueJobDocument, problems, changes });
  const { state } = job;
  const isUnderWay = ['QUEUED', 'RUNNING', 'WAITING'].includes(state);
  const input = { id: job.id };
  return (
    <>
      <Problems error={pause.error ?? resume.error} />
      <Link className="button plain" to="/jobs/compare" search={{ a: job.id }}>
        {t('compare.with')}
      </Link>
      <Menu label={t('job.copy')}>
        <CopyButton isNamed text={asCommand(job)} label={t('job.asCommand')} />
        <CopyButton isNamed text={asScript(job)} label={t('job.asScript')} />
        <CopyButton isNamed text={asQuery(job)} label={t('job.asQuery')} />
        <CopyButton isNamed text={job.id} label={t('job.asId')} />
      </Menu>
      {may('JOBS_OPERATE') && (
        <>
          {isUnderWay && (
            <Button isBusy={pause.isPending} onClick={() => pause.mutate({ input })}>
              {t('job.pause')}
            </Button>
          )}
          {state === 'PAUSED' && (
            <Button
              kind="primary"
              isBusy={resume.isPending}
              onClick={() => resume.mutate({ input })}
            >
              {t('job.resume')}
            </Button>
          )}
          {(isUnderWay || state === 'PAUSED') && (
            <Button kind="danger" onClick={() => setOpen('cancel')}>
              {t('job.cancel')}
            </Button>
          )}
          {isRedrivable(job) && (
            <Button kind="primary" onClick={() => setOpen('redrive')}>
              {t('job.redrive')}
            </Button>
          )}
        </>
      )}
      {open === 'cancel' && <CancelDialog job={job} onClose={() => setOpen(undefined)} />}
      {open === 'redrive' && (
        <Suspense>
          <RedriveDialog job={job} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}

interface Steered {
  readonly answer: {
    readonly userErrors: readonly { code: string; field: string; message: string }[];
  };
}

function CancelDialog({ job, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cancel = useDeed({
    document: EndJobDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['job', job.id], ['jobs']],
  });
  return (
    <Dialog title={t('job.cancelTitle')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const reason = textOf(new FormData(event.currentTarget), 'reason');
          const said = reason !== '' ? { reason } : {};
          cancel.mutate({ input: { id: job.id, ...said } }, { onSuccess: onClose });
        }}
      >
        <label className="field">
          <span>{t('job.reason')}</span>
          <input name="reason" maxLength={500} />
          <small>{t('job.reasonHint')}</small>
        </label>
        <Problems error={cancel.error} />
        <footer className="dialog-actions">
          <Button onClick={onClose}>{t('close')}</Button>
          <Button kind="danger" type="submit" isBusy={cancel.isPending}>
            {t('job.cancel')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

import { useTranslation } from 'react-i18next';

import { HoldScheduleDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { textOf } from '../../ui/form-text.ts';
import { Problems } from '../../ui/problems.tsx';

interface Props {
  readonly id: string;
  readonly onClose: () => void;
}

/** Lets a schedule start nothing until somebody resumes it. */
export function PauseDialog({ id, onClose }: Props) {
  const { t } = useTranslation();
  const pause = useDeed({
    document: HoldScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['schedules']],
  });
  return (
    <Dialog title={t('schedules.pause')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const reason = textOf(new FormData(event.currentTarget), 'reason').trim();
          pause.mutate({ input: { id, ...(reason !== '' && { reason }) } }, { onSuccess: onClose });
        }}
      >
        <p>{t('schedules.pauseHint')}</p>
        <label className="field">
          <span>{t('job.reason')}</span>
          <input name="reason" maxLength={500} />
        </label>
        <Problems error={pause.error} />
        <footer className="dialog-actions">
          <Button onClick={onClose}>{t('close')}</Button>
          <Button kind="primary" type="submit" isBusy={pause.isPending}>
            {t('schedules.pause')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

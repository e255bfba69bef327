import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { DropScheduleDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';

interface Props {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Removes a schedule, after a second look. */
export function DeleteDialog({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const drop = useDeed({
    document: DropScheduleDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['schedules', 'rows']],
  });
  return (
    <Dialog title={t('schedules.deleteTitle', { name })} onClose={onClose}>
      <p>{t('schedules.deleteHint')}</p>
      <Problems error={drop.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          kind="danger"
          isBusy={drop.isPending}
          onClick={() =>
            drop.mutate({ input: { id } }, { onSuccess: () => void navigate({ to: '/schedules' }) })
          }
        >
          {t('schedules.delete')}
        </Button>
      </footer>
    </Dialog>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ArchiveDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';

interface Props {
  readonly agent: { readonly id: string; readonly name: string };
}

/** Stops an agent from taking jobs, after a second look. */
export function ArchiveButton({ agent }: Props) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const archive = useDeed({
    document: ArchiveDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['agents']],
  });
  const close = (): void => setOpen(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('agents.archive')}</Button>
      {isOpen && (
        <Dialog title={t('agents.archiveTitle', { name: agent.name })} onClose={close}>
          <p>{t('agents.archiveHint')}</p>
          <Problems error={archive.error} />
          <footer className="dialog-actions">
            <Button onClick={close}>{t('close')}</Button>
            <Button
              kind="danger"
              isBusy={archive.isPending}
              onClick={() => archive.mutate({ input: { id: agent.id } }, { onSuccess: close })}
            >
              {t('agents.archive')}
            </Button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

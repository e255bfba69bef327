import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  type BulkAnswerFragment,
  BulkCancelDocument,
  BulkPauseDocument,
  BulkRedriveDocument,
  BulkResumeDocument,
  type JobFilter,
} from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';
import { BulkProgress } from './bulk-progress.tsx';

interface Props {
  readonly act: keyof typeof documents;
  readonly filter: JobFilter;
  readonly onClose: () => void;
}

const documents = {
  CANCEL: BulkCancelDocument,
  PAUSE: BulkPauseDocument,
  RESUME: BulkResumeDocument,
  REDRIVE: BulkRedriveDocument,
} as const;

const most = 100_000;

/** First how many it would be, then doing it, then how far it is. */
export function BulkDialog({ act, filter, onClose }: Props) {
  const { t } = useTranslation();
  const deed = useDeed({
    document: documents[act],
    problems: ({ answer }) => answer.userErrors,
  });
  const [counted, setCounted] = useState<BulkAnswerFragment>();
  const [started, setStarted] = useState<BulkAnswerFragment>();
  const ask = async (dryRun: boolean): Promise<void> => {
    const { answer } = await deed.mutateAsync({ input: { filter, max: most, dryRun } });
    if (dryRun) setCounted(answer);
    else setStarted(answer);
  };
  const count = counted?.matched ?? 0;
  return (
    <Dialog title={t(`bulk.${act}`)} onClose={onClose}>
      <p>{t('bulk.explain')}</p>
      <pre className="filter-text">{JSON.stringify(filter)}</pre>
      <Problems error={deed.error} />
      {counted !== undefined && started === undefined && (
        <p role="status">
          <strong>{t('bulk.counted', { count })}</strong>
          {counted.isMore && ` ${t('bulk.isMore', { most })}`}
        </p>
      )}
      {started?.operation != null && <BulkProgress operation={started.operation} />}
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        {counted === undefined && (
          <Button
            kind="primary"
            isBusy={deed.isPending}
            onClick={() => void ask(true).catch(() => undefined)}
          >
            {t('bulk.count')}
          </Button>
        )}
        {counted !== undefined && started === undefined && (
          <Button
            kind={act === 'CANCEL' ? 'danger' : 'primary'}
            isBusy={deed.isPending}
            disabled={count === 0 || counted.isMore}
            onClick={() => void ask(false).catch(() => undefined)}
          >
            {t('bulk.do', { act: t(`bulk.${act}`), count })}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}

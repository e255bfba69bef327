import { useTranslation } from 'react-i18next';

import { type JobWholeFragment, StartJobAgainDocument } from '../../_generated/documents.ts';
import { useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';
import { EditedJson } from './edited-json.tsx';
import { PointField } from './point-field.tsx';
import { RedrivePlan } from './redrive-plan.tsx';
import { TaskField } from './task-field.tsx';
import { useRedriveWish } from './use-redrive-wish.ts';

interface Props {
  readonly job: JobWholeFragment;
  /** Key of the step to begin at. @default none is chosen */
  readonly step?: string;
  readonly onClose: () => void;
}

/** Where to begin again, with which input of the job or of the step, and what that will do. */
export function RedriveDialog({ job, step, onClose }: Props) {
  const { t } = useTranslation();
  const { from, setFrom, task, setTask, steps, text, write, wish, isReady } = useRedriveWish(
    job,
    step,
  );
  const redrive = useDeed({
    document: StartJobAgainDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['job', job.id], ['jobs']],
  });
  return (
    <Dialog title={t('redrive.title')} onClose={onClose}>
      <PointField value={from} onChange={setFrom} />
      {from === 'TASK' && <TaskField steps={steps} value={task} onChange={setTask} />}
      {from === 'START' && <EditedJson label={t('redrive.input')} text={text} onChange={write} />}
      {from === 'TASK' && (
        <EditedJson
          label={t('redrive.stepInput')}
          hint={t('redrive.stepHint')}
          text={text}
          onChange={write}
        />
      )}
      {isReady && <RedrivePlan id={job.id} wish={wish} />}
      <Problems error={redrive.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          kind="primary"
          isBusy={redrive.isPending}
          disabled={!isReady}
          onClick={() => redrive.mutate({ input: { id: job.id, ...wish } }, { onSuccess: onClose })}
        >
          {t('job.redrive')}
        </Button>
      </footer>
    </Dialog>
  );
}

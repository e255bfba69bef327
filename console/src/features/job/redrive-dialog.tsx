import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import {
  JobRedrivePlanDocument,
  JobStepsDocument,
  type JobWholeFragment,
  StartJobAgainDocument,
} from '../../_generated/documents.ts';
import { useAsk, useDeed } from '../../app/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Remote } from '../../ui/remote.tsx';
import { usePages } from './use-pages.ts';

interface Props {
  readonly job: JobWholeFragment;
  readonly onClose: () => void;
}

const points = ['FAILURE', 'START', 'TASK'] as const;

/** Where to begin again, what that will do, and with which input. */
export function RedriveDialog({ job, onClose }: Props) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<(typeof points)[number]>('FAILURE');
  const [task, setTask] = useState(job.error?.instance ?? '');
  const [text, setText] = useState(() => JSON.stringify(job.input, undefined, 2));
  const edited = from === 'START' ? parsed(text) : undefined;
  const isChanged =
    edited?.value !== undefined && JSON.stringify(edited.value) !== JSON.stringify(job.input);
  const wish = {
    from,
    ...(from === 'TASK' && { task }),
    ...(isChanged && { input: edited.value }),
  };
  const redrive = useDeed({
    document: StartJobAgainDocument,
    problems: ({ answer }) => answer.userErrors,
    changes: [['job', job.id], ['jobs']],
  });
  return (
    <Dialog title={t('redrive.title')} onClose={onClose}>
      <fieldset className="choices">
        <legend>{t('redrive.from')}</legend>
        {points.map((point) => (
          <label key={point}>
            <input
              type="radio"
              name="from"
              checked={from === point}
              onChange={() => setFrom(point)}
            />
            <span>
              {t(`redrive.point.${point}`)}
              <small>{t(`redrive.hint.${point}`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {from === 'TASK' && <TaskField id={job.id} value={task} onChange={setTask} />}
      {from === 'START' && (
        <label className="field">
          <span>{t('redrive.input')}</span>
          <textarea
            rows={8}
            spellCheck={false}
            value={text}
            aria-invalid={edited?.fault !== undefined}
            onChange={({ target }) => setText(target.value)}
          />
          {edited?.fault !== undefined && <small className="problem">{edited.fault}</small>}
        </label>
      )}
      {(from !== 'TASK' || task !== '') && edited?.fault === undefined && (
        <Plan id={job.id} wish={wish} />
      )}
      <Problems error={redrive.error} />
      <footer className="dialog-actions">
        <Button onClick={onClose}>{t('close')}</Button>
        <Button
          kind="primary"
          isBusy={redrive.isPending}
          disabled={edited?.fault !== undefined}
          onClick={() => redrive.mutate({ input: { id: job.id, ...wish } }, { onSuccess: onClose })}
        >
          {t('job.redrive')}
        </Button>
      </footer>
    </Dialog>
  );
}

interface TaskFieldProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (task: string) => void;
}

/** The tasks that the job has come to are offered; any other can be written. */
function TaskField({ id, value, onChange }: TaskFieldProps) {
  const { t } = useTranslation();
  const list = useId();
  const { rows } = usePages({
    key: ['job', id, 'steps'],
    document: JobStepsDocument,
    id,
    pageOf: ({ job }) => job?.steps,
  });
  const names = new Map(rows.map(({ task, name }) => [task, name]));
  return (
    <label className="field">
      <span>{t('redrive.task')}</span>
      <input
        value={value}
        list={list}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={list}>
        {[...names].map(([task, name]) => (
          <option key={task} value={task} label={name} />
        ))}
      </datalist>
    </label>
  );
}

interface PlanProps {
  readonly id: string;
  readonly wish: {
    readonly from: (typeof points)[number];
    readonly task?: string;
    readonly input?: unknown;
  };
}

function Plan({ id, wish }: PlanProps) {
  const { t } = useTranslation();
  const query = useAsk({
    key: ['job', id, 'plan', wish],
    document: JobRedrivePlanDocument,
    variables: { id, ...wish },
  });
  return (
    <Remote query={query} rows={2}>
      {({ redrivePlan: { keptCount, againCount, again, warnings } }) => (
        <section className="plan" aria-live="polite">
          <p>{t('redrive.plan', { kept: keptCount, again: againCount })}</p>
          {warnings.map((warning) => (
            <p key={warning} className="notice">
              {warning}
            </p>
          ))}
          <ul className="quiet">
            {again.slice(0, 8).map(({ key, kind }) => (
              <li key={key}>
                <code className="wrap">{key}</code> {kind.toLowerCase()}
              </li>
            ))}
          </ul>
        </section>
      )}
    </Remote>
  );
}

function parsed(text: string): { readonly value?: unknown; readonly fault?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

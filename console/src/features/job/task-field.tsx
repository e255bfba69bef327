import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import type { Step } from './timeline-model.ts';

interface Props {
  readonly steps: readonly Step[];
  readonly value: string;
  readonly onChange: (task: string) => void;
}

/** The tasks that the job has come to are offered; any other, or the key of a step, can be written. */
export function TaskField({ steps, value, onChange }: Props) {
  const { t } = useTranslation();
  const list = useId();
  const names = new Map(steps.map(({ task, name }) => [task, name]));
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

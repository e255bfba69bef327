import { useTranslation } from 'react-i18next';

import { ChoiceField } from './choice-field.tsx';
import { catchUps, type Draft, overlaps, priorities } from './draft.ts';
import { TextField } from './text-field.tsx';

interface Props {
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly problemOf: (name: string) => string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** What becomes of ticks that meet a job under way or were missed, and what jobs are marked with. */
export function PolicyFields({ draft, isNew, problemOf, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend>{t('schedules.policies')}</legend>
      <ChoiceField
        label={t('schedules.overlap')}
        value={draft.overlap}
        options={overlaps.map((one) => [one, t(`schedules.overlaps.${one}`)] as const)}
        onChange={(overlap) => onChange({ overlap })}
      />
      <ChoiceField
        label={t('schedules.catchUp')}
        value={draft.catchUp}
        options={catchUps.map((one) => [one, t(`schedules.catchUps.${one}`)] as const)}
        onChange={(catchUp) => onChange({ catchUp })}
      />
      {draft.catchUp === 'ALL' && (
        <TextField
          label={t('schedules.catchUpWindow')}
          hint={t('schedules.catchUpWindowHint')}
          value={draft.catchUpWindow}
          problem={problemOf('catchUpWindow')}
          onChange={(catchUpWindow) => onChange({ catchUpWindow })}
        />
      )}
      <TextField
        label={t('schedules.jitter')}
        hint={t('schedules.jitterHint')}
        value={draft.jitter}
        problem={problemOf('jitter')}
        onChange={(jitter) => onChange({ jitter })}
      />
      <ChoiceField
        label={t('job.priority')}
        value={draft.priority}
        options={priorities.map((one) => [one, one] as const)}
        onChange={(priority) => onChange({ priority })}
      />
      <TextField
        label={t('jobs.column.labels')}
        hint={t('schedules.labelsHint')}
        rows={2}
        value={draft.labels}
        problem={problemOf('labels')}
        onChange={(labels) => onChange({ labels })}
      />
      {isNew && (
        <label className="inline">
          <input
            type="checkbox"
            checked={draft.isPaused}
            onChange={({ target }) => onChange({ isPaused: target.checked })}
          />
          {t('schedules.startPaused')}
        </label>
      )}
    </fieldset>
  );
}

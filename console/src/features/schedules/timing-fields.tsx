import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { ChoiceField } from './choice-field.tsx';
import { type Draft, repeatedTimes, skippedTimes, triggers } from './draft.ts';
import { TextField } from './text-field.tsx';

interface Props {
  readonly start: Draft;
  readonly draft: Draft;
  readonly problemOf: (name: string) => string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** By what it goes: one of three triggers, its clocks and days without. */
export function TimingFields({ start, draft, problemOf, onChange }: Props) {
  const { t } = useTranslation();
  const zones = useId();
  const { trigger } = draft;
  // What was said once can be said otherwise, not left open again.
  const usual = (isOpen: boolean) =>
    isOpen ? ([['', t('schedules.asUsual')]] as const) : ([] as const);
  return (
    <fieldset>
      <legend>{t('schedules.column.when')}</legend>
      <div className="choices">
        {triggers.map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="trigger"
              checked={name === trigger}
              onChange={() => onChange({ trigger: name })}
            />
            <span>
              {t(`schedules.trigger.${name}`)}
              <small>{t(`schedules.triggerHint.${name}`)}</small>
            </span>
          </label>
        ))}
      </div>
      <TextField
        label={t(`schedules.value.${trigger}`)}
        hint={t(`schedules.valueHint.${trigger}`)}
        value={draft[trigger]}
        problem={problemOf(trigger)}
        onChange={(text) => onChange({ [trigger]: text })}
      />
      <TextField
        label={t('schedules.timeZone')}
        hint={t('schedules.timeZoneHint')}
        list={zones}
        value={draft.timeZone}
        problem={problemOf('timeZone')}
        onChange={(timeZone) => onChange({ timeZone })}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {trigger === 'cron' && (
        <>
          <ChoiceField
            label={t('schedules.skippedTime')}
            value={draft.onSkippedTime}
            options={[
              ...usual(start.onSkippedTime === ''),
              ...skippedTimes.map((one) => [one, t(`schedules.skippedTimes.${one}`)] as const),
            ]}
            onChange={(onSkippedTime) => onChange({ onSkippedTime })}
          />
          <ChoiceField
            label={t('schedules.repeatedTime')}
            value={draft.onRepeatedTime}
            options={[
              ...usual(start.onRepeatedTime === ''),
              ...repeatedTimes.map((one) => [one, t(`schedules.repeatedTimes.${one}`)] as const),
            ]}
            onChange={(onRepeatedTime) => onChange({ onRepeatedTime })}
          />
        </>
      )}
      <TextField
        label={t('schedules.exceptDates')}
        hint={t('schedules.exceptDatesHint')}
        rows={2}
        value={draft.exceptDates}
        problem={problemOf('exceptDates')}
        onChange={(exceptDates) => onChange({ exceptDates })}
      />
    </fieldset>
  );
}

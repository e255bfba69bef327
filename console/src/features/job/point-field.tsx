import { useTranslation } from 'react-i18next';

import type { RedriveFrom } from '../../_generated/documents.ts';

const points = ['FAILURE', 'START', 'TASK'] as const;

interface Props {
  readonly value: RedriveFrom;
  readonly onChange: (from: RedriveFrom) => void;
}

/** Where to begin again. */
export function PointField({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className="choices">
      <legend>{t('redrive.from')}</legend>
      {points.map((point) => (
        <label key={point}>
          <input
            type="radio"
            name="from"
            checked={value === point}
            onChange={() => onChange(point)}
          />
          <span>
            {t(`redrive.point.${point}`)}
            <small>{t(`redrive.hint.${point}`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { TextView } from '../../ui/text-view.tsx';

interface Props {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

/** Nothing matches, or nothing was ever submitted: then how to begin. */
export function NoJobs({ isFiltered, onClear }: Props) {
  const { t } = useTranslation();
  if (isFiltered)
    return (
      <Empty title={t('jobs.noneMatch')}>
        <Button onClick={onClear}>{t('jobs.clear')}</Button>
      </Empty>
    );
  return (
    <Empty title={t('jobs.none')}>
      <p>{t('jobs.noneHint')}</p>
      <TextView
        label={t('jobs.firstSteps')}
        text={
          'operandi agents publish examples/expense-approval/sop.yaml\n' +
          'operandi jobs submit expense-approval --input @examples/expense-approval/input.json'
        }
      />
    </Empty>
  );
}

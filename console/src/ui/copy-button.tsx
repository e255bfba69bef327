import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Icon } from './icon.tsx';

interface Props {
  readonly text: string;
  readonly label: string;
  readonly isNamed?: boolean;
}

/** Puts a text into the clipboard and says so. */
export function CopyButton({ text, label, isNamed = false }: Props) {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  const name = isDone ? t('copied') : label;
  return (
    <button
      className={isNamed ? 'button plain' : 'icon-button'}
      type="button"
      title={name}
      aria-label={isNamed ? undefined : name}
      onClick={() => void copy()}
    >
      <Icon name={isDone ? 'approvals' : 'copy'} />
      {isNamed && name}
      <span className="unseen" role="status">
        {isDone ? t('copied') : ''}
      </span>
    </button>
  );
}

import { useTranslation } from 'react-i18next';

import { CopyButton } from './copy-button.tsx';

interface Props {
  readonly value: unknown;
  readonly label: string;
}

/** A value as text: whatever it holds, nothing of it is markup. */
export function JsonView({ value, label }: Props) {
  const { t } = useTranslation();
  const text = JSON.stringify(value, undefined, 2);
  return (
    <div className="code">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={t('copyOf', { what: label })} />
    </div>
  );
}

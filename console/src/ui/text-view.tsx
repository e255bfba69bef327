import { useTranslation } from 'react-i18next';

import { CopyButton } from './copy-button.tsx';

interface Props {
  readonly text: string;
  readonly label: string;
}

/** A text as it is, e.g. a command or a document. */
export function TextView({ text, label }: Props) {
  const { t } = useTranslation();
  return (
    <div className="code">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={t('copyOf', { what: label })} />
    </div>
  );
}

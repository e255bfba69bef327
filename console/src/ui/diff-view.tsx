import { useTranslation } from 'react-i18next';

import { diffOf } from './diff.ts';

interface Props {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

/** Two texts as one, with what is only in the first or the second marked by signs and colours. */
export function DiffView({ before, after, label }: Props) {
  const { t } = useTranslation();
  const lines = diffOf(before, after);
  const isSame = lines.every(({ is }) => is === 'same');
  return (
    <>
      {isSame && <p className="quiet">{t('agents.same')}</p>}
      <div className="code">
        <pre className="diff" tabIndex={0} aria-label={label}>
          {lines.map(({ is, text }, at) => (
            <code key={at} className={is}>
              {is === 'same' ? '  ' : is === 'added' ? '+ ' : '- '}
              {text}
            </code>
          ))}
        </pre>
      </div>
    </>
  );
}

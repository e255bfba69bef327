import { useTranslation } from 'react-i18next';

/** What is shown until the first answer. */
export function Loading({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status">
      <span className="unseen">{t('loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="bone" />
      ))}
    </div>
  );
}

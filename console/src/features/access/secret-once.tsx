import { useTranslation } from 'react-i18next';

import { TextView } from '../../ui/text-view.tsx';

/** A secret for as long as its dialog is open. */
export function SecretOnce({ secret }: { readonly secret: string }) {
  const { t } = useTranslation();
  return (
    <section className="notice" role="status">
      <p>{t('access.secretOnce')}</p>
      <TextView text={secret} label={t('access.secret')} />
    </section>
  );
}

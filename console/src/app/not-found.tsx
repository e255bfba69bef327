import { useTranslation } from 'react-i18next';

import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('failure.missing')}>
      <Empty title={t('failure.missingHint')} />
    </Page>
  );
}

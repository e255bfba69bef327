import { useTranslation } from 'react-i18next';

import type { Integration } from './integration.ts';

const tones = { CLOSED: 'good', HALF_OPEN: 'wait', OPEN: 'bad' } as const;

/** Whether calls are made, in words with a mark; that nobody knows is said as well. */
export function BreakerTag({ state }: { readonly state: Integration['health']['breaker'] }) {
  const { t } = useTranslation();
  if (state === null) return t('integrations.breaker.unknown');
  return (
    <span className={`badge ${tones[state]}`} data-breaker={state}>
      <i aria-hidden="true" />
      {t(`integrations.breaker.${state}`)}
    </span>
  );
}

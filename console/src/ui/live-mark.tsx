import { useTranslation } from 'react-i18next';

import { useLiveState } from '../app/live-state.ts';

/** Whether what is shown moves by itself now. */
export function LiveMark() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <span className={`live ${state ?? 'none'}`} role="status">
      {state !== undefined && (
        <>
          <i aria-hidden="true" />
          {t(`live.${state}`)}
        </>
      )}
    </span>
  );
}

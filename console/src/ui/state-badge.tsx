import { useTranslation } from 'react-i18next';

const tones = {
  QUEUED: 'idle',
  RUNNING: 'busy',
  WAITING: 'wait',
  PAUSED: 'idle',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  CANCELLED: 'idle',
  DEAD: 'bad',
  COMPLETED: 'good',
  FAULTED: 'bad',
  PENDING: 'wait',
  APPROVED: 'good',
  REJECTED: 'bad',
  EXPIRED: 'idle',
  WITHDRAWN: 'idle',
  INTENDED: 'busy',
  UNKNOWN: 'wait',
  FINISHED: 'good',
  ACTIVE: 'good',
  STOPPED: 'bad',
  SAME: 'good',
  CHANGED: 'wait',
} as const;

export type AnyState = keyof typeof tones;

/** A state as a word with a mark: colour alone tells nothing. */
export function StateBadge({ state }: { readonly state: AnyState }) {
  const { t } = useTranslation();
  return (
    <span className={`badge ${tones[state]}`} data-state={state}>
      <i aria-hidden="true" />
      {t(`state.${state}`)}
    </span>
  );
}

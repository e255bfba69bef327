import { useTranslation } from 'react-i18next';

import { ConnectionError, OperandiError } from '../../../sdk/src/errors.ts';
import { Button } from './button.tsx';

interface Props {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong: no right to see it, no platform there, or something else with what support asks for. */
export function Failure({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const kind = kindOf(error);
  const requestId = error instanceof OperandiError ? error.requestId : undefined;
  return (
    <div className={`failure ${kind}`} role="alert">
      <p className="failure-title">{t(`failure.${kind}`)}</p>
      <p>{kind === 'other' ? messageOf(error) : t(`failure.${kind}Hint`)}</p>
      {kind === 'forbidden' && <p className="quiet">{messageOf(error)}</p>}
      {requestId !== undefined && (
        <p className="quiet">
          {t('failure.request')} <code>{requestId}</code>
        </p>
      )}
      {onRetry !== undefined && kind !== 'forbidden' && (
        <Button onClick={onRetry}>{t('failure.retry')}</Button>
      )}
    </div>
  );
}

type Kind = 'forbidden' | 'lost' | 'missing' | 'other';

function kindOf(error: unknown): Kind {
  if (error instanceof ConnectionError) return 'lost';
  if (!(error instanceof OperandiError)) return 'other';
  if (error.code === 'FORBIDDEN') return 'forbidden';
  return error.code === 'NOT_FOUND' ? 'missing' : 'other';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

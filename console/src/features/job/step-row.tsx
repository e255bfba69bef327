import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { duration, exactTime } from '../../ui/time.tsx';
import type { Bar } from './timeline-model.ts';

interface Props {
  readonly bar: Bar;
  /** Absent where the job cannot begin again, or not by the caller. */
  readonly onRedrive?: ((key: string) => void) | undefined;
}

/** One step: its place in time, and on demand what it was given and came to. */
export function StepRow({ bar, onRedrive }: Props) {
  const { t } = useTranslation();
  const { step, depth, left, width, ms, isCritical, calls } = bar;
  return (
    <li>
      <details>
        <summary className="step">
          <span className="step-name" style={{ paddingInlineStart: depth * 14 }} title={step.key}>
            {step.name}
          </span>
          <span className="track">
            <i
              className={`bar ${step.state.toLowerCase()} ${isCritical ? 'critical' : ''}`}
              style={{ left: `min(${left}%, 100% - 3px)`, width: `max(3px, ${width}%)` }}
            />
            {calls.map(({ call, ...place }) => (
              <i
                key={call.id}
                className="bar call"
                style={{
                  left: `min(${place.left}%, 100% - 2px)`,
                  width: `max(2px, ${place.width}%)`,
                }}
              />
            ))}
          </span>
          <span className="step-ms">{duration(ms)}</span>
          <span className="unseen">
            {t(`state.${step.state}`)}
            {isCritical ? `, ${t('timeline.critical')}` : ''}
          </span>
        </summary>
        <div className="step-body">
          <p>
            <StateBadge state={step.state} />{' '}
            <span className="quiet">
              <code className="wrap">{step.key}</code> · {exactTime(step.startedAt)}
            </span>
          </p>
          {step.error !== null && (
            <p className="problem pre">
              {step.error.detail ?? step.error.title ?? step.error.type}
            </p>
          )}
          <div className="columns">
            {step.input !== null && <JsonView value={step.input} label={t('job.input')} />}
            {step.output !== null && <JsonView value={step.output} label={t('job.output')} />}
          </div>
          {onRedrive && (
            <Button onClick={() => onRedrive(step.key)}>{t('redrive.fromHere')}</Button>
          )}
        </div>
      </details>
    </li>
  );
}

import { useTranslation } from 'react-i18next';

import { exactTime, readersZone, zonedTime } from '../../ui/time.tsx';

interface Props {
  readonly ticks: readonly string[];
  readonly zone: string;
}

/** Moments in the reader's time, and beside them by the clocks of the schedule where those are others. */
export function TickList({ ticks, zone }: Props) {
  const { t } = useTranslation();
  const isElsewhere = ticks.some((at) => zonedTime(at, zone) !== zonedTime(at, readersZone()));
  return (
    <>
      <ol className="list">
        {ticks.map((at) => (
          <li key={at} className="line">
            <time dateTime={at}>{exactTime(at)}</time>
            {isElsewhere && <span className="quiet">{zonedTime(at, zone)}</span>}
          </li>
        ))}
      </ol>
      <p className="quiet">
        {isElsewhere
          ? t('schedules.zones', { yours: readersZone(), zone })
          : t('schedules.zone', { yours: readersZone() })}
      </p>
    </>
  );
}

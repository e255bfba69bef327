import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { LineChart } from '../../ui/line-chart.tsx';

interface Point {
  readonly at: number;
  readonly queued: number;
  readonly running: number;
}

const most = 400;
/** The first point would stand in the middle of years otherwise. */
const leastSeconds = 120;

/** Queued and running jobs since the page was opened; the API tells how it is, not how it was. */
export function QueueSeries({ at, queued, running }: Point) {
  const { t, i18n } = useTranslation();
  const [points, setPoints] = useState<readonly Point[]>([]);
  useEffect(() => {
    setPoints((before) => [...before, { at, queued, running }].slice(-most));
  }, [at, queued, running]);
  const chart = useMemo(
    () => ({
      times: points.map((point) => point.at / 1_000),
      lines: [
        { label: t('state.QUEUED'), values: points.map((point) => point.queued) },
        { label: t('state.RUNNING'), values: points.map((point) => point.running) },
      ],
    }),
    [points, t],
  );
  const shown = useCallback(
    (value: number) => value.toLocaleString(i18n.language),
    [i18n.language],
  );
  return (
    <figure className="series">
      <figcaption>{t('queue.series')}</figcaption>
      <LineChart {...chart} shown={shown} leastSeconds={leastSeconds} leastValue={5} />
    </figure>
  );
}

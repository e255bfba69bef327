import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import Plot from 'uplot';

interface Props {
  readonly at: number;
  readonly queued: number;
  readonly running: number;
}

const most = 400;
const heightPx = 160;

/** Queued and running jobs since the page was opened; the API tells how it is, not how it was. */
export function QueueSeries({ at, queued, running }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const points = useRef<[number[], number[], number[]]>([[], [], []]);
  const names = [t('state.QUEUED'), t('state.RUNNING')] as const;
  const [queuedName, runningName] = names;

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const styles = getComputedStyle(element);
    const colour = (name: string): string => styles.getPropertyValue(name);
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 } };
    const drawn = new Plot(
      {
        width: element.clientWidth,
        height: heightPx,
        axes: [axis, { ...axis, size: 44 }],
        scales: {
          // Two minutes at least, or the first point would stand in the middle of years.
          x: { range: (_plot, low, high) => [Math.min(low, high - 120), high] },
          y: { range: (_plot, _low, high) => [0, Math.max(5, high * 1.1)] },
        },
        series: [
          {},
          { label: queuedName, stroke: colour('--accent'), width: 2 },
          { label: runningName, stroke: colour('--good'), width: 2 },
        ],
      },
      points.current,
      element,
    );
    plot.current = drawn;
    const sized = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: heightPx }),
    );
    sized.observe(element);
    return () => {
      sized.disconnect();
      drawn.destroy();
    };
  }, [queuedName, runningName]);

  useEffect(() => {
    const [times, first, second] = points.current;
    times.push(at / 1_000);
    first.push(queued);
    second.push(running);
    for (const series of points.current) series.splice(0, series.length - most);
    plot.current?.setData(points.current);
  }, [at, queued, running]);

  return (
    <figure className="series">
      <figcaption>{t('queue.series')}</figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

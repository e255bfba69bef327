import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import Plot from 'uplot';

/** What a chart draws: its times, seconds since 1970, and lines with a value or a gap at each. */
export interface Lines {
  readonly times: readonly number[];
  readonly lines: readonly {
    readonly label: string;
    readonly values: readonly (number | null)[];
  }[];
}

interface Props extends Lines {
  /** How a value is written at the axis. */
  readonly shown: (value: number) => string;
  /** Seconds that it shows at least, up to the last point; without it as many as there are. */
  readonly leastSeconds?: number;
  /** The least that the axis of values reaches to. @default 1 */
  readonly leastValue?: number;
  /** Hands out the canvas, to be kept as a picture. */
  readonly onDrawn?: (canvas: HTMLCanvasElement) => void;
}

const heightPx = 180;
const colours = ['--accent', '--good', '--bad', '--wait', '--quiet'];

/** Lines over time. What it shows stands in a table beside it for those who do not see it. */
export function LineChart(props: Props) {
  const { times, lines, shown, leastSeconds = 0, leastValue = 1, onDrawn } = props;
  const place = useRef<HTMLDivElement>(null);
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
        axes: [axis, { ...axis, size: 56, values: (_plot, ticks) => ticks.map(shown) }],
        scales: {
          x: { range: () => rangeOf(times, leastSeconds) },
          y: { range: (_plot, _low, high) => [0, Math.max(leastValue, high * 1.1)] },
        },
        series: [
          {},
          ...lines.map(({ label }, index) => ({
            label,
            stroke: colour(colours[index % colours.length] ?? '--accent'),
            width: 2,
            spanGaps: true,
            ...(index >= colours.length && { dash: [4, 4] }),
          })),
        ],
      },
      [[...times], ...lines.map(({ values }) => [...values])],
      element,
    );
    onDrawn?.(drawn.ctx.canvas);
    const sized = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: heightPx }),
    );
    sized.observe(element);
    return () => {
      sized.disconnect();
      drawn.destroy();
    };
  }, [times, lines, shown, leastSeconds, leastValue, onDrawn]);
  return <div ref={place} aria-hidden="true" />;
}

/** Of the points themselves: a single one would be put into the midst of years otherwise. */
function rangeOf(times: readonly number[], leastSeconds: number): [number, number] {
  const [low = 0, high = low] = [times[0], times.at(-1)];
  return [Math.min(low, high - Math.max(1, leastSeconds)), high];
}

import 'uplot/dist/uPlot.min.css';

import { useEffect, useRef } from 'react';
import Plot from 'uplot';

import type { Lines } from './lines.ts';

interface Props extends Lines {
  /** How a value is written at the axis. */
  readonly shown: (value: number) => string;
  /** Hands out the canvas, to be kept as a picture. */
  readonly onDrawn: (canvas: HTMLCanvasElement) => void;
}

const heightPx = 180;
const colours = ['--accent', '--good', '--bad', '--wait', '--quiet'];

/** Lines over time. What it shows stands in a table beside it for those who do not see it. */
export function LineChart({ times, lines, shown, onDrawn }: Props) {
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
        scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
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
    onDrawn(drawn.ctx.canvas);
    const sized = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: heightPx }),
    );
    sized.observe(element);
    return () => {
      sized.disconnect();
      drawn.destroy();
    };
  }, [times, lines, shown, onDrawn]);
  return <div ref={place} aria-hidden="true" />;
}

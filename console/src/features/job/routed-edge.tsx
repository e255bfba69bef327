import { BaseEdge, type Edge, type EdgeProps, getSmoothStepPath } from '@xyflow/react';

import type { Route } from './graph-layout.ts';

type Routed = Edge<{ readonly route: Route | undefined }>;

/** An edge on the way that the layout found for it, which is around the tasks between. */
export function RoutedEdge(props: EdgeProps<Routed>) {
  const { data, label, markerEnd } = props;
  const route = data?.route;
  const [straight, straightX, straightY] = getSmoothStepPath(props);
  return (
    <BaseEdge
      path={route === undefined ? straight : pathOf(route.points)}
      labelX={route?.label?.x ?? straightX}
      labelY={route?.label?.y ?? straightY}
      labelBgPadding={[4, 2]}
      {...(label !== undefined && { label })}
      {...(markerEnd !== undefined && { markerEnd })}
    />
  );
}

const cornerPx = 6;

/** Straight lines with round corners. */
export function pathOf(points: Route['points']): string {
  return points
    .map((point, at) => {
      const [before, after] = [points[at - 1], points[at + 1]];
      if (before === undefined) return `M ${point.x} ${point.y}`;
      if (after === undefined) return `L ${point.x} ${point.y}`;
      const [from, to] = [towards(point, before), towards(point, after)];
      return `L ${from.x} ${from.y} Q ${point.x} ${point.y} ${to.x} ${to.y}`;
    })
    .join(' ');
}

type Point = Route['points'][number];

function towards(point: Point, other: Point): Point {
  const [dx, dy] = [other.x - point.x, other.y - point.y];
  const length = Math.hypot(dx, dy);
  const share = length === 0 ? 0 : Math.min(cornerPx, length / 2) / length;
  return { x: point.x + dx * share, y: point.y + dy * share };
}

import { endId, type Graph, startId } from './graph-model.ts';
import type { Step } from './timeline-model.ts';

/** Numbers of the ways that a job went: of those that leave a task, the one to what began first after it. */
export function takenWays({ edges }: Graph, steps: readonly Step[]): ReadonlySet<number> {
  const began = new Map<string, number>();
  for (const { task, startedAt } of steps)
    began.set(task, Math.min(began.get(task) ?? Infinity, Date.parse(startedAt)));
  const isOver = new Set(
    steps.filter(({ state }) => state === 'COMPLETED').map(({ task }) => task),
  );
  const taken = new Set<number>();
  for (const from of new Set(edges.map((edge) => edge.from))) {
    if (from !== startId && !began.has(from)) continue;
    const ways = edges
      .map((edge, at) => ({ ...edge, at }))
      .filter((edge) => edge.from === from && began.has(edge.to))
      .toSorted((one, other) => (began.get(one.to) ?? 0) - (began.get(other.to) ?? 0));
    const toEnd = edges.findIndex((edge) => edge.from === from && edge.to === endId);
    const way = ways[0]?.at ?? (isOver.has(from) ? toEnd : -1);
    if (way !== -1) taken.add(way);
  }
  return taken;
}

import type { PlanPath } from './plan.ts';

/**
 * Reads a path as the planner writes it where it fetches by type: `review|[Draft,Final]` is a key and a
 * condition, and the empty first element is where a condition on the root would be. It knows no type that
 * fits where a subgraph has an `@interfaceObject`: any may.
 */
export function readPath(written: readonly string[]): PlanPath {
  return written.flatMap((element) => {
    const at = element.indexOf('|[');
    const key = at < 0 ? element : element.slice(0, at);
    const types = at < 0 ? '' : element.slice(at + 2, -1);
    const condition = types === '' ? [] : [`|${types.replaceAll(',', '|')}|`];
    return key === '' ? condition : [key, ...condition];
  });
}

import { readFileSync } from 'node:fs';

/** Labels of each metric of the table in docs/observability.md, by name. */
export function documentedMetrics(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL('../../docs/observability.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(operandi_\w+)` +\|([^|]*)\|/gm)];
  return new Map(
    rows.map(([, name = '', labels = '']) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
    ]),
  );
}

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { documentedMetrics } from '../support/documented-metrics.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = globSync('{kernel,queue,connectors,core,subgraphs,gateway,worker,cli}/**/*.ts', {
  cwd: root,
}).filter((path) => !path.endsWith('.test.ts') && !path.includes('_generated'));

/** Metrics are named by whole literals, so that they can be found; roles of the database begin alike. */
const literal =
  /'(operandi_(?:gateway|subgraph|worker|queue|audit|call|egress|webhook|database|history|warehouse|retention)_\w+)'/g;

const named = new Set(
  sources.flatMap((path) =>
    [...readFileSync(`${root}${path}`, 'utf8').matchAll(literal)].map(([, name = '']) => name),
  ),
);

describe('the page of metrics', () => {
  it('has all that the code has, and no other', () => {
    expect([...documentedMetrics().keys()].toSorted()).toEqual([...named].toSorted());
  });

  it('knows counters by _total and times by _seconds, as Prometheus wants them', () => {
    for (const name of named) expect(name).toMatch(/^operandi_[a-z]+(_[a-z]+)*$/);
    const strange = [...named].filter((name) => /_(ms|millis|count|sum|bucket)$/.test(name));
    expect(strange).toEqual([]);
  });
});

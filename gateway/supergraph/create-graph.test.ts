import { expect, it } from 'vitest';

import { anonymous } from '../admit/identity.ts';
import { parseGatewayConfig } from '../config/config.ts';
import { createInProcessTransport } from '../execute/transport/in-process-transport.ts';
import { createApolloPlanner } from '../plan/apollo-planner.ts';
import { compose } from '../testing/federated.ts';
import { createGraph, type LoadedGraph } from './create-graph.ts';

const supergraph = compose([
  { name: 'people', sdl: 'type Query { me: Person } type Person { name: String friend: Person }' },
]);
const never = (): never => {
  throw new Error('Nothing is executed here');
};

/** A graph that prepares documents and executes none. */
function loadGraph(): Promise<LoadedGraph> {
  const { limits } = parseGatewayConfig({});
  return createGraph(supergraph, {
    planner: (sdl) => {
      const { supergraph: planned } = createApolloPlanner(sdl);
      return Promise.resolve({ supergraph: planned, plan: never, [Symbol.dispose]: () => {} });
    },
    subgraph: (name, url) => ({
      name,
      url,
      transport: createInProcessTransport({ execute: never, subscribe: never }),
      forwarded: () => ({}),
      headers: () => Promise.resolve({}),
    }),
    limits,
    isIntrospectionAllowed: true,
    isSuggesting: true,
    isMerging: true,
    maxCachedDocuments: 1_000,
    observer: {},
    overrides: {},
    flights: undefined,
    onWritten: () => undefined,
  });
}

/** Few characters, 9 × 10³ fields when its fragments are spread. */
function spreading(name: string): string {
  const ten = (inner: string): string =>
    Array.from({ length: 10 }, (_, n) => `f${n}: friend { ${inner} }`).join(' ');
  return `query ${name} { me { ...A } }
    fragment A on Person { ${ten('...B')} }
    fragment B on Person { ${ten('...C')} }
    fragment C on Person { ${'name '.repeat(80)} }`;
}

it('keeps documents by what they hold, not by the length of their text', async () => {
  using graph = await loadGraph();
  for (let index = 0; index < 60; index++) {
    await graph.prepare({ query: spreading(`Q${index}`) }, anonymous);
    await graph.prepare({ query: `query Small${index} { me { name } }` }, anonymous);
  }
  const kept = graph.hottest(1_000).map(({ query }) => query);
  const large = kept.filter((query) => query.includes('...A'));
  expect(large.length).toBeGreaterThan(10);
  expect(large.length).toBeLessThan(40);
  expect(kept).toContain('query Small59 { me { name } }');
});

it('keeps every document that is of ordinary size', async () => {
  using graph = await loadGraph();
  for (let index = 0; index < 900; index++) {
    await graph.prepare({ query: `query Small${index} { me { name } }` }, anonymous);
  }
  expect(graph.hottest(1_000)).toHaveLength(900);
});

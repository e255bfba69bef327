import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { readGatewayConfig } from '../../gateway/config/config-file.ts';
import { createGateway } from '../../gateway/create-gateway.ts';
import { explainPlan, planQuery } from '../../gateway/plan/explain.ts';
import { createLogger } from '../../kernel/logger.ts';
import { startSubgraph, type SubgraphName } from './subgraphs.ts';
import { runTour } from './tour.ts';

// Starts three subgraphs and a gateway over them, shows what they do, and serves on; with --once it ends.
const { values } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const controller = new AbortController();
await using stack = new AsyncDisposableStack();

const names: readonly SubgraphName[] = ['accounts', 'products', 'reviews'];
// Free ports, unless the gateway's own is given: then those that the supergraph names.
const portOf = values.port === undefined ? 0 : undefined;
const running = new Map(
  await Promise.all(names.map(async (name) => [name, await startSubgraph(name, portOf)] as const)),
);
stack.defer(async () => {
  await Promise.all([...running.values()].map((subgraph) => subgraph[Symbol.asyncDispose]()));
});

const supergraph = here('supergraph.graphql');
const config = await readGatewayConfig({ path: here('gateway.yaml'), env: {} });
const urls = [...running].map(([name, { url }]) => [name, { url }] as const);
const gateway = stack.use(
  await createGateway({
    supergraph: { file: supergraph },
    config: { ...config, subgraphs: Object.fromEntries(urls) },
    port: Number(values.port ?? 0),
    log: createLogger({ level: 'error', name: 'gateway', pretty: true }),
    signal: controller.signal,
  }),
);
const { url } = await gateway.listen();

const setReviews = async (isUp: boolean): Promise<void> => {
  const old = running.get('reviews');
  if (!isUp) await old?.[Symbol.asyncDispose]();
  else if (old !== undefined)
    running.set('reviews', await startSubgraph('reviews', Number(new URL(old.url).port)));
};
await runTour({
  url,
  setReviews,
  print: (line) => console.log(line),
  explain: (query) => explainPlan(planQuery(readFileSync(supergraph, 'utf8'), query)),
});

if (values.once !== true) {
  console.log(
    `\nServing on at ${url}; GraphiQL at ${new URL('/graphiql', url).href}. Ctrl-C ends.`,
  );
  await once(process, 'SIGINT');
}
controller.abort();

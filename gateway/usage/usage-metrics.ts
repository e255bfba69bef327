import type { Metrics } from '../../kernel/telemetry.ts';
import type { ClientUsage } from './client-usage.ts';
import type { UsageTable } from './usage-table.ts';

/** How those without a place of their own are called. */
export const othersName = 'other';

/** Requests by client: as many series as the table has places. */
export function observeUsage(metrics: Metrics, table: () => UsageTable): void {
  const samples = (value: (client: ClientUsage) => number) => () =>
    table()
      .clients()
      .map((client) => ({ labels: labelsOf(client, table()), value: value(client) }));
  metrics.counter({
    name: 'operandi_gateway_client_requests_total',
    help: 'Operations that ran, by the name and version that clients give; those of clients without a place in the table as "other".',
    labels: ['client', 'version'],
    collect: samples(({ sinceStart }) => sinceStart.requests),
  });
  metrics.counter({
    name: 'operandi_gateway_client_errors_total',
    help: 'Those of them whose answer had errors, or that failed.',
    labels: ['client', 'version'],
    collect: samples(({ sinceStart }) => sinceStart.errors),
  });
}

function labelsOf(
  client: ClientUsage,
  { others }: UsageTable,
): { readonly client: string; readonly version: string } {
  if (client === others) return { client: othersName, version: '' };
  return { client: client.name ?? '', version: client.version ?? '' };
}

/** Fields whose use is told apart; schemas seldom have more that are deprecated. */
const maxDeprecated = 500;

/** Counts operations by the deprecated coordinates that they use. */
export function observeDeprecated(metrics: Metrics): (coordinates: readonly string[]) => void {
  const uses = metrics.counter({
    name: 'operandi_gateway_deprecated_use_total',
    help: 'Operations that ran, by each deprecated field, argument or value that they name.',
    labels: ['coordinate'],
  });
  const known = new Set<string>();
  return (coordinates) => {
    for (const coordinate of coordinates) {
      if (known.size < maxDeprecated) known.add(coordinate);
      uses.inc({ coordinate: known.has(coordinate) ? coordinate : othersName });
    }
  };
}

import type { Server } from 'node:http';

import { AppError } from '../../kernel/errors.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import type { CallObserver } from '../execute/fetch/call-subgraph.ts';
import type { Circuit } from '../execute/transport/transports.ts';
import { OperationRefused } from '../operation.ts';
import type { PluginChain } from '../plugins.ts';
import { createTopTable } from '../usage/top-table.ts';

/** Notes how long an answer took. */
export type ObserveOperation = (kind: string, name: string | undefined, seconds: number) => void;

/** Counts operations and their time. */
export function observeOperations(metrics: Metrics): ObserveOperation {
  const durations = metrics.histogram({
    name: 'operandi_gateway_operation_seconds',
    help: 'Time an operation took after it was admitted, or an event of a subscription, by kind and name.',
    labels: ['kind', 'operation'],
  });
  // Names come from clients: those that do not come often are counted together.
  const names = createTopTable({
    max: 200,
    make: (name) => name,
    onLeave: (operation) => {
      for (const kind of ['query', 'mutation', 'subscription'])
        durations.remove({ kind, operation });
    },
  });
  return (kind, name = 'anonymous', seconds) => {
    durations.observe({ kind, operation: names.take(name, 1) ?? 'other' }, seconds);
  };
}

/** Notes what operations cost, by estimate and in fact. */
export function observeCosts(
  metrics: Metrics,
): (estimated: number, actual: number | undefined) => void {
  const costs = metrics.histogram({
    name: 'operandi_gateway_operation_cost',
    help: 'Cost of operations where it is measured: estimated before they run, and counted in the answer.',
    labels: ['kind'],
    buckets: [1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000],
  });
  return (estimated, actual) => {
    costs.observe({ kind: 'estimated' }, estimated);
    if (actual !== undefined) costs.observe({ kind: 'actual' }, actual);
  };
}

/** The hooks of plugins and the clock around each call to a subgraph. */
export function createCallObserver(plugins: PluginChain, metrics: Metrics): CallObserver {
  const calls = metrics.histogram({
    name: 'operandi_gateway_subgraph_seconds',
    help: 'Time of each call to a subgraph, by subgraph and outcome.',
    labels: ['subgraph', 'outcome'],
  });
  const { onSubgraphRequest, onSubgraphResponse } = plugins;
  return {
    ...(onSubgraphRequest && { before: onSubgraphRequest }),
    ...(onSubgraphResponse && { after: onSubgraphResponse }),
    done: ({ service }, { seconds, code }) =>
      calls.observe({ subgraph: service, outcome: code ?? 'OK' }, seconds),
  };
}

/** Counts the answers of the endpoint by status; probes and pages say nothing about clients. */
export function observeRequests(
  metrics: Metrics,
  server: Pick<Server, 'on'>,
  endpoint: string,
): void {
  const requests = metrics.counter({
    name: 'operandi_gateway_requests_total',
    help: 'GraphQL requests over HTTP answered, by status; those whose client went away as "gone".',
    labels: ['status'],
  });
  // There from the beginning: of a series that begins with its first failure no rate shows that one.
  for (const status of ['200', '500', '503']) requests.inc({ status }, 0);
  server.on('request', ({ url }, response) => {
    if (url?.split('?', 1)[0] !== endpoint) return;
    response.once('close', () => {
      requests.inc({ status: response.writableFinished ? String(response.statusCode) : 'gone' });
    });
  });
}

/** Counts what a step refuses, by the code clients are told; the refusal itself passes. */
export function countRefusals(
  metrics: Metrics,
): <A extends readonly unknown[], R>(
  step: (...args: A) => Promise<R>,
) => (...args: A) => Promise<R> {
  const refused = metrics.counter({
    name: 'operandi_gateway_refused_total',
    help: 'Requests refused before any subgraph was asked, by error code.',
    labels: ['code'],
  });
  return (step) =>
    async (...args) => {
      try {
        return await step(...args);
      } catch (error) {
        refused.inc({ code: codeOf(error) });
        throw error;
      }
    };
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof OperationRefused)) return 'INTERNAL';
  const code = error.errors[0]?.extensions?.['code'];
  return typeof code === 'string' ? code : 'OTHER';
}

/** What became of a supergraph: put in force, not read, or read and of no use. */
export type LoadOutcome = 'loaded' | 'unreadable' | 'unusable';

/** Counts supergraphs: while a new one does not load the old one stays, and clients notice nothing. */
export function observeLoads(metrics: Metrics): (outcome: LoadOutcome) => void {
  const loads = metrics.counter({
    name: 'operandi_gateway_supergraph_loads_total',
    help: 'Supergraphs that were loaded, could not be read, or were read and unusable.',
    labels: ['outcome'],
  });
  const loadedAt = metrics.gauge({
    name: 'operandi_gateway_supergraph_loaded_timestamp_seconds',
    help: 'When a supergraph was last loaded, in Unix time.',
    aggregator: 'max',
  });
  for (const outcome of ['loaded', 'unreadable', 'unusable']) loads.inc({ outcome }, 0);
  return (outcome) => {
    loads.inc({ outcome });
    if (outcome === 'loaded') loadedAt.setToCurrentTime();
  };
}

/** Shows whether the circuit breaker keeps the gateway away from a subgraph. */
export function observeCircuits(metrics: Metrics, circuits: () => readonly Circuit[]): void {
  metrics.gauge({
    name: 'operandi_gateway_circuit_open',
    help: '1 while a subgraph is failing and left alone, else 0.',
    aggregator: 'max',
    labels: ['subgraph'],
    collect: () =>
      circuits().map(({ subgraph, isOpen }) => ({ labels: { subgraph }, value: isOpen ? 1 : 0 })),
  });
}

/** Shows what is live now. */
export function observeLive(
  metrics: Metrics,
  count: Readonly<
    Record<
      'sockets' | 'eventStreams' | 'clientSubscriptions' | 'upstreamSubscriptions',
      () => number
    >
  >,
): void {
  const gauge = (name: string, help: string, collect: () => number): void => {
    metrics.gauge({ name, help, collect });
  };
  gauge('operandi_gateway_sockets', 'WebSockets of clients that are open.', count.sockets);
  gauge(
    'operandi_gateway_event_streams',
    'Event streams of clients that are open.',
    count.eventStreams,
  );
  gauge(
    'operandi_gateway_client_subscriptions',
    'Subscriptions of clients.',
    count.clientSubscriptions,
  );
  gauge(
    'operandi_gateway_upstream_subscriptions',
    'Subscriptions at subgraphs, shared by clients.',
    count.upstreamSubscriptions,
  );
}

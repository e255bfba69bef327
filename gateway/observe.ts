import type { Server } from 'node:http';

import { AppError } from '../kernel/errors.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import type { CallObserver } from './executor/call-subgraph.ts';
import { OperationRefused } from './operation.ts';
import type { PluginChain } from './plugins.ts';
import type { Circuit } from './transport/transports.ts';

/** Notes how long an answer took. */
export type ObserveOperation = (kind: string, name: string | undefined, seconds: number) => void;

/** Counts operations and their time. */
export function observeOperations(metrics: Metrics): ObserveOperation {
  const durations = metrics.histogram({
    name: 'operandi_gateway_operation_seconds',
    help: 'Time an operation took after it was admitted, or an event of a subscription, by kind and name.',
    labels: ['kind', 'operation'],
  });
  // Names come from clients: beyond a number they are counted together.
  const names = new Set<string>();
  return (kind, name = 'anonymous', seconds) => {
    if (names.size < 200) names.add(name);
    durations.observe({ kind, operation: names.has(name) ? name : 'other' }, seconds);
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

/** Counts answers by status, whatever was asked. */
export function observeRequests(metrics: Metrics, server: Pick<Server, 'on'>): void {
  const requests = metrics.counter({
    name: 'operandi_gateway_requests_total',
    help: 'HTTP requests answered, by status; those whose client went away as "gone".',
    labels: ['status'],
  });
  server.on('request', (_, response) => {
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

/** Shows whether the circuit breaker keeps the gateway away from a subgraph. */
export function observeCircuits(metrics: Metrics, circuits: () => readonly Circuit[]): void {
  metrics.gauge({
    name: 'operandi_gateway_circuit_open',
    help: '1 while a subgraph is failing and left alone, else 0.',
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
    metrics.gauge({ name: `operandi_gateway_${name}`, help, collect });
  };
  gauge('sockets', 'WebSockets of clients that are open.', count.sockets);
  gauge('event_streams', 'Event streams of clients that are open.', count.eventStreams);
  gauge('client_subscriptions', 'Subscriptions of clients.', count.clientSubscriptions);
  gauge(
    'upstream_subscriptions',
    'Subscriptions at subgraphs, shared by clients.',
    count.upstreamSubscriptions,
  );
}

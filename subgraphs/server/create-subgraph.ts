import type { ExecutionResult, GraphQLSchema } from 'graphql';

import type { Services } from '../../core/context.ts';
import { noteInLogs, runInLogContext, streamForLogs } from '../../kernel/log-context.ts';
import { createReadiness } from '../../kernel/readiness.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { createMetrics } from '../../kernel/telemetry.ts';
import { createContext } from './context.ts';
import { createHttp } from './http.ts';
import { createIdentify, requestIdHeader, requestIdOf, type Identify } from './identify.ts';
import { createPipeline } from './pipeline.ts';
import { createSchema } from './schema.ts';
import type { SubgraphParts } from './schema.ts';
import { defaultDrainMs } from './settings.ts';
import type { SubgraphSettings } from './settings.ts';
import type { Subgraph, SubgraphSubscription } from './subgraph.ts';
import { abortable, asErrors, openSubscription, prepareOperation } from './subscriptions.ts';
import { traceRequests } from './trace-requests.ts';
import { serveSockets } from './websocket.ts';

/** Builds a subgraph; throws at once when a field has no permission. */
export function createSubgraph(
  parts: SubgraphParts,
  services: Services,
  settings: SubgraphSettings,
): Subgraph {
  const log = services.log.child({ subgraph: parts.name });
  const closing = new AbortController();
  const stopping = new AbortController();
  const disposal = new AsyncDisposableStack();
  const shared = {
    schema: createSchema(parts, settings.servesSdl ?? false),
    services: { ...services, log },
    settings,
    identify: createIdentify(settings.assertionPublicKeys, parts.name),
    metrics: settings.metrics ?? createMetrics(),
    closing: closing.signal,
    stopping: stopping.signal,
    readiness: createReadiness({ database: services.database.check }, closing.signal),
  };
  const pipeline = traceRequests(
    createPipeline(shared.schema, shared),
    `subgraph ${parts.name}`,
    services.tracing,
  );
  const started = pipeline.start();
  // A fault of the start is told to the first request, and to nobody when there is none.
  started.catch(() => undefined);
  disposal.defer(() => pipeline.stop());

  return {
    name: parts.name,
    async execute({ body, headers, signal }) {
      await started;
      return await pipeline.handle({
        method: 'POST',
        search: '',
        headers: { ...jsonBody, ...headers },
        body,
        signal,
      });
    },
    subscribe(request) {
      const controller = new AbortController();
      const signal = AbortSignal.any([controller.signal, closing.signal, request.signal]);
      return abortable(follow({ ...shared, controller }, { ...request, signal }), controller);
    },
    async listen({ host, port }) {
      await started;
      const app = createHttp({ ...shared, pipeline, log });
      disposal.defer(() => app.close());
      disposal.defer(serveSockets(app.server, shared));
      // It goes on serving while those who send requests learn that it is not ready.
      disposal.defer(() => sleep(settings.drainDelayMs ?? 0));
      return { url: `${await app.listen({ host, port })}/graphql` };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      const patience = setTimeout(() => stopping.abort(), patienceOf(settings));
      await disposal.disposeAsync();
      clearTimeout(patience);
    },
  };
}

function patienceOf({ drainDelayMs = 0, drainMs = defaultDrainMs }: SubgraphSettings): number {
  return drainDelayMs + drainMs;
}

const jsonBody = { 'content-type': 'application/json' };

interface SubscribeParts {
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly settings: SubgraphSettings;
  readonly identify: Identify;
  readonly controller: AbortController;
}

/** The stream of a subscription, whose lines tell its request. */
function follow(
  parts: SubscribeParts,
  request: SubgraphSubscription,
): AsyncGenerator<ExecutionResult, void, undefined> {
  const requestId = requestIdOf(request.headers[requestIdHeader]);
  return runInLogContext({ requestId }, () =>
    streamForLogs(subscribe(parts, { ...request, requestId })),
  );
}

interface NamedSubscription extends SubgraphSubscription {
  readonly requestId: string;
}

async function* subscribe(
  { schema, services, settings, identify, controller }: SubscribeParts,
  { query, variables, operationName, headers, requestId, signal }: NamedSubscription,
): AsyncGenerator<ExecutionResult, void, undefined> {
  const { log } = services;
  try {
    const actor = identify(headers);
    noteInLogs({ tenantId: actor.tenantId });
    const operation = prepareOperation(schema, settings, { query, variables, operationName });
    const context = createContext(services, { actor, requestId, signal });
    const answer = await openSubscription(schema, operation, { context, controller });
    if ('stream' in answer) yield* answer.stream;
    else yield { errors: answer.errors };
  } catch (error) {
    yield { errors: asErrors(error, { requestId, log }) };
  }
}

import type { AdmittedOperation } from '../admission.ts';
import type { CurrentGraph, Graph, GraphLease } from '../graph.ts';
import {
  type FormattedError,
  OperationRefused,
  type SubscriptionOperation,
  type UpstreamSubscription,
} from '../operation.ts';
import type { Logger } from '../../kernel/logger.ts';
import { Group } from './group.ts';
import type { SubscriptionOptions } from './options.ts';
import { makeResumable } from './resumable.ts';
import type { Sink } from './sink.ts';
import { upstreamEvents } from './upstream-events.ts';
import { UpstreamRefused } from './upstream-refused.ts';

interface SharedStreamOptions {
  readonly current: CurrentGraph;
  readonly options: SubscriptionOptions;
  readonly log: Logger;
  /** Called once when the stream has no more members. */
  readonly onEmpty: () => void;
}

/** One upstream subscription and the clients that share it. */
export class SharedStream {
  readonly #services: SharedStreamOptions;
  readonly #groups = new Map<string, Group>();
  #run = new AbortController();
  #upstreamText = '';
  #cursor: string | undefined;
  #canResume = false;
  #hasBegun = false;

  constructor(services: SharedStreamOptions) {
    this.#services = services;
  }

  /** A resumable stream begins at a place in the past: who comes after its first event would miss what came before. */
  get isJoinable(): boolean {
    return !(this.#canResume && this.#hasBegun);
  }

  /** Adds a client; the first one opens the upstream subscription. Returns the way to leave. */
  join(admitted: AdmittedOperation, sink: Sink, lease: GraphLease): () => void {
    const operation = subscriptionOf(admitted);
    const key = JSON.stringify([admitted.prepared.key, admitted.request.variables]);
    const isFirst = this.#groups.size === 0;
    const known = this.#groups.get(key);
    const group = known ?? new Group(admitted, operation, lease);
    if (known) lease[Symbol.dispose]();
    this.#groups.set(key, group);
    group.join(sink);
    if (isFirst) this.#begin(group, lease.graph);
    return () => this.#leave(key, sink);
  }

  /** Moves every group to the graph now in force; the upstream subscription stays if it means the same there. */
  async move(): Promise<void> {
    for (const [key, group] of this.#groups) {
      const lease = this.#services.current.acquire();
      try {
        const { request, source } = group.admitted;
        const prepared = await lease.graph.prepare(source);
        const operation = subscriptionOf({ prepared, request, source });
        const upstream = operation.upstream(request.variables);
        group.move(operation, lease);
        if (textOf(upstream) !== this.#upstreamText) this.#begin(group, lease.graph);
      } catch (error) {
        lease[Symbol.dispose]();
        this.#groups.delete(key);
        group.fail(clientErrors(error));
      }
    }
    this.#stopIfEmpty();
  }

  #leave(key: string, sink: Sink): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    group.leave(sink);
    if (group.size > 0) return;
    this.#groups.delete(key);
    this.#stopIfEmpty();
  }

  #stopIfEmpty(): void {
    if (this.#groups.size > 0) return;
    this.#run.abort();
    this.#services.onEmpty();
  }

  #begin(group: Group, graph: Graph): void {
    this.#run.abort();
    this.#run = new AbortController();
    const { request } = group.admitted;
    const upstream = group.operation.upstream(request.variables);
    this.#upstreamText = textOf(upstream);
    void this.#pump(graph, { group, upstream, signal: this.#run.signal });
  }

  async #pump(
    graph: Graph,
    run: {
      readonly group: Group;
      readonly upstream: UpstreamSubscription;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    const { options, log } = this.#services;
    const { group, upstream, signal } = run;
    const subscription = makeResumable(upstream, group.operation.rootField, {
      schema: graph.apiSchema,
      rule: options.resume,
    });
    this.#canResume = subscription.canResume;
    try {
      const events = upstreamEvents(subscription, {
        open: (next, openSignal) =>
          openUpstream(graph, group.admitted, { next, signal: openSignal }),
        reconnectWithinMs: options.reconnectWithinMs,
        signal,
        log,
        ...(this.#cursor !== undefined && { cursor: this.#cursor }),
      });
      for await (const event of events) {
        this.#hasBegun = true;
        this.#cursor = event.cursor;
        await Promise.all([...this.#groups.values()].map((each) => each.deliver(event, signal)));
      }
      if (!signal.aborted) this.#end((each) => each.complete());
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, service: upstream.service }, 'subscription ended by its subgraph');
      this.#end((each) => each.fail(clientErrors(error)));
    }
  }

  #end(tell: (group: Group) => void): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) tell(group);
    this.#stopIfEmpty();
  }
}

/** The subscription of an admitted operation; anything else is a fault of the caller. */
export function subscriptionOf({ prepared }: AdmittedOperation): SubscriptionOperation {
  if (prepared.subscription === undefined) {
    throw new OperationRefused([{ message: 'The operation is not a subscription' }]);
  }
  return prepared.subscription;
}

/** What clients are told when a stream cannot go on. */
export function clientErrors(error: unknown): readonly FormattedError[] {
  if (error instanceof UpstreamRefused || error instanceof OperationRefused) return error.errors;
  return [
    {
      message:
        'The subgraph of this subscription is not available. Subscribe again with the last cursor.',
      extensions: { code: 'SUBGRAPH_FAILED' },
    },
  ];
}

function textOf({ service, query, variables }: UpstreamSubscription): string {
  return JSON.stringify([service, query, variables]);
}

async function openUpstream(
  graph: Graph,
  { request }: AdmittedOperation,
  { next, signal }: { readonly next: UpstreamSubscription; readonly signal: AbortSignal },
) {
  const subgraph = graph.subgraphs.get(next.service);
  if (subgraph === undefined) throw new Error(`subgraph ${next.service} is not in the supergraph`);
  const headers = await subgraph.headers(request);
  return subgraph.transport.subscribe({
    identityKey: request.identity.key,
    query: next.query,
    variables: next.variables,
    ...(next.operationName !== undefined && { operationName: next.operationName }),
    headers,
    signal,
  });
}

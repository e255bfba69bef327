import { setImmediate as nextTurn } from 'node:timers/promises';
import { logForNobody, runInLogContext } from '../../kernel/log-context.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { AdmittedOperation } from '../admit/admission.ts';
import { describeFailure } from '../answer/failure.ts';
import {
  OperationRefused,
  type OperationRequest,
  type SubscriptionOperation,
  type UpstreamSubscription,
} from '../operation.ts';
import type { CurrentGraph, Graph, GraphLease } from '../supergraph/graph.ts';
import { clientErrors, splitError } from './client-errors.ts';
import { Group } from './group.ts';
import type { SubscriptionOptions } from './options.ts';
import { makeResumable } from './resumable.ts';
import type { Sink } from './sink.ts';
import { type UpstreamEvent, upstreamEvents } from './upstream-events.ts';

interface SharedStreamOptions {
  readonly current: CurrentGraph;
  readonly options: SubscriptionOptions;
  readonly log: Logger;
  /** Called once when the stream has no more members. */
  readonly onEmpty: () => void;
}

/** How long one stream may keep the event loop to itself. */
const maxTurnMs = 10;

/** One upstream subscription and the clients that share it. */
export class SharedStream {
  readonly #services: SharedStreamOptions;
  readonly #groups = new Map<string, Group>();
  /** Aborted when nobody is left. */
  readonly #life = new AbortController();
  /** Aborted when the upstream subscription is replaced, or with the life. */
  #run = new AbortController();
  #pumping: Promise<void> = Promise.resolve();
  #source = '';
  #cursor: string | undefined;
  #isClosedToOthers = false;

  constructor(services: SharedStreamOptions) {
    this.#services = services;
  }

  /**
   * A resumable stream begins at a place in the past: who comes after its first event would miss what came before. And
   * what was subscribed anew after a reload is not what its key says any more.
   */
  get isJoinable(): boolean {
    return !this.#isClosedToOthers;
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
    if (isFirst) this.#begin(group);
    return () => this.#leave(key, group, sink);
  }

  /** Moves every group to the graph now in force; the upstream subscription stays if it means the same there. */
  async move(): Promise<void> {
    let begunAs: string | undefined;
    for (const [key, group] of this.#groups) {
      const lease = this.#services.current.acquire();
      try {
        const { request, source } = group.admitted;
        const prepared = await lease.graph.prepare(source, request.identity);
        const operation = subscriptionOf({ prepared });
        const text = sourceText(operation.upstream(request.variables), lease.graph);
        if (this.#groups.get(key) !== group) {
          lease[Symbol.dispose]();
          continue;
        }
        group.move(operation, lease);
        // Operations that shared an upstream subscription may come to need different ones.
        if (begunAs !== undefined && begunAs !== text) this.#fail(key, [splitError]);
        else if (text !== this.#source) this.#begin(group);
        begunAs ??= text;
      } catch (error) {
        lease[Symbol.dispose]();
        if (this.#groups.get(key) === group) this.#fail(key, clientErrors(error));
      }
    }
    this.#stopIfEmpty();
  }

  #leave(key: string, group: Group, sink: Sink): void {
    if (this.#groups.get(key) !== group) return;
    group.leave(sink);
    if (group.size > 0) return;
    this.#groups.delete(key);
    this.#stopIfEmpty();
  }

  #fail(key: string, errors: Parameters<Group['fail']>[0]): void {
    const group = this.#groups.get(key);
    this.#groups.delete(key);
    group?.fail(errors);
  }

  #stopIfEmpty(): void {
    if (this.#groups.size > 0 || this.#life.signal.aborted) return;
    this.#isClosedToOthers = true;
    this.#life.abort();
    this.#run.abort();
    this.#services.onEmpty();
  }

  // The event that is on its way to the clients when the upstream subscription is replaced arrives before the next one.
  #begin(group: Group): void {
    const upstream = group.operation.upstream(group.admitted.request.variables);
    if (this.#source !== '') this.#isClosedToOthers = true;
    this.#source = sourceText(upstream, group.graph);
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    const { tenantId } = group.admitted.request.identity;
    // The request that happened to come first is not what is logged of all that share it.
    const pump = (): Promise<void> =>
      logForNobody(() =>
        runInLogContext({ tenantId }, () => this.#pump(group, upstream, run.signal)),
      );
    this.#pumping = this.#pumping.then(() => (run.signal.aborted ? undefined : pump()));
  }

  async #pump(group: Group, upstream: UpstreamSubscription, signal: AbortSignal): Promise<void> {
    const { options, log } = this.#services;
    const subscription = makeResumable(upstream, group.operation.rootField, {
      schema: group.graph.apiSchema,
      rule: options.resume,
    });
    try {
      const events = upstreamEvents(subscription, {
        open: (next, openSignal) => openUpstream(group, next, openSignal),
        reconnectWithinMs: options.reconnectWithinMs,
        signal,
        log,
        ...(this.#cursor !== undefined && { cursor: this.#cursor }),
      });
      let turnBegan = performance.now();
      for await (const event of events) {
        // Events that are waiting come without a pause, and others than this stream's clients are waiting too.
        if (performance.now() - turnBegan > maxTurnMs) {
          await nextTurn();
          turnBegan = performance.now();
        }
        if (subscription.canResume) this.#isClosedToOthers = true;
        this.#cursor = event.cursor;
        await this.#deliver(event);
      }
      if (!signal.aborted) this.#end((each) => each.complete());
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error, service: upstream.service }, 'subscription ended by its subgraph');
      this.#end((each) => each.fail(clientErrors(error)));
    }
  }

  async #deliver(event: UpstreamEvent): Promise<void> {
    const { signal } = this.#life;
    const deliveries = [...this.#groups].map(async ([key, group]) => {
      const { requestId } = group.admitted.request;
      try {
        await runInLogContext({ requestId }, () => group.deliver(event, signal));
      } catch (error) {
        if (signal.aborted || this.#groups.get(key) !== group) return;
        const { errors, isInternal } = describeFailure(error, requestId);
        const { log } = this.#services;
        if (isInternal) log.error({ err: error, requestId }, 'an event could not be completed');
        this.#fail(key, errors);
      }
    });
    await Promise.all(deliveries);
    this.#stopIfEmpty();
  }

  #end(tell: (group: Group) => void): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) tell(group);
    this.#stopIfEmpty();
  }
}

/** The subscription of an admitted operation; anything else is a fault of the caller. */
export function subscriptionOf({
  prepared,
}: Pick<AdmittedOperation, 'prepared'>): SubscriptionOperation {
  if (prepared.subscription === undefined) {
    throw new OperationRefused([{ message: 'The operation is not a subscription' }]);
  }
  return prepared.subscription;
}

/** Equal as long as the same is asked of the same subgraph at the same place. */
function sourceText({ service, query, variables }: UpstreamSubscription, graph: Graph): string {
  return JSON.stringify([service, graph.subgraphs.get(service)?.url, query, variables]);
}

// The group knows the graph in force, even if the subscription was first opened under an older one.
async function openUpstream(group: Group, next: UpstreamSubscription, signal: AbortSignal) {
  const { request } = group.admitted;
  const subgraph = group.graph.subgraphs.get(next.service);
  if (subgraph === undefined) throw new Error(`subgraph ${next.service} is not in the supergraph`);
  return subgraph.transport.subscribe({
    identityKey: request.identity.key,
    query: next.query,
    variables: next.variables,
    ...(next.operationName !== undefined && { operationName: next.operationName }),
    headers: await subgraph.headers(request),
    ...traceOf(request.headers),
    signal,
  });
}

/** W3C trace context as an operation on a socket carries it. */
function traceOf({ traceparent, tracestate }: OperationRequest['headers']) {
  if (traceparent === undefined) return {};
  return { extensions: { traceparent, ...(tracestate !== undefined && { tracestate }) } };
}

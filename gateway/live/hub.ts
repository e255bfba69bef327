import type { Logger } from '../../kernel/logger.ts';
import type { AdmittedOperation } from '../admit/admission.ts';
import type { Identity } from '../admit/identity.ts';
import { createShares } from '../admit/shares.ts';
import { OperationRefused } from '../operation.ts';
import type { CurrentGraph } from '../supergraph/graph.ts';
import type { SubscriptionOptions } from './options.ts';
import { SharedStream, subscriptionOf } from './shared-stream.ts';
import { sharingKey } from './sharing-key.ts';
import type { Sink } from './sink.ts';

/** Shares upstream subscriptions among clients and counts who is there. */
export interface SubscriptionHub extends Disposable {
  /** Begins a subscription; throws OperationRefused. Returns the way to leave. */
  subscribe(admitted: AdmittedOperation, sink: Sink): () => void;
  /** Upstream subscriptions that are open. */
  readonly upstreamCount: number;
  /** Clients' subscriptions that are open. */
  readonly clientCount: number;
}

interface HubOptions {
  readonly current: CurrentGraph;
  readonly options: SubscriptionOptions;
  readonly log: Logger;
  /** Plugins look at client headers: only equal ones share. @default false */
  readonly seesAllHeaders?: boolean;
}

export function createSubscriptionHub({
  current,
  options,
  log,
  seesAllHeaders = false,
}: HubOptions): SubscriptionHub {
  const streams = new Map<string, SharedStream>();
  const open = new Set<SharedStream>();

  const streamFor = (key: string): SharedStream => {
    const known = streams.get(key);
    if (known?.isJoinable) return known;
    const stream: SharedStream = new SharedStream({
      current,
      options,
      log,
      onEmpty: () => {
        open.delete(stream);
        if (streams.get(key) === stream) streams.delete(key);
      },
    });
    open.add(stream);
    streams.set(key, stream);
    return stream;
  };

  const places = countPlaces(options);
  const stopListening = current.onChange(() => {
    for (const stream of open) void stream.move();
  });

  return {
    subscribe(admitted, sink) {
      const upstream = subscriptionOf(admitted).upstream(admitted.request.variables);
      const exit = places.enter(admitted.request.identity);
      const lease = current.acquire();
      const { graph } = lease;
      const stream = streamFor(sharingKey(upstream, admitted.request, { graph, seesAllHeaders }));
      const leave = stream.join(admitted, thenExit(sink, exit), lease);
      // The supergraph was replaced between the admission and now.
      if (admitted.graph !== graph) void stream.move();
      return once(() => {
        exit();
        leave();
      });
    },
    get upstreamCount() {
      return open.size;
    },
    get clientCount() {
      return places.total();
    },
    [Symbol.dispose]: stopListening,
  };
}

/** Gives the client's place back before it hears of the end. */
function thenExit(sink: Sink, exit: () => void): Sink {
  return {
    next: (payload) => sink.next(payload),
    fail: (errors) => {
      exit();
      sink.fail(errors);
    },
    complete: () => {
      exit();
      sink.complete();
    },
  };
}

interface Places {
  /** Throws OperationRefused when the key or its tenant has too many. Returns the way to give the place back. */
  enter(identity: Identity): () => void;
  total(): number;
}

function countPlaces({ maxPerKey, maxPerTenant }: SubscriptionOptions): Places {
  const keys = createShares({ total: Infinity, perOwner: maxPerKey });
  const tenants = createShares({ total: Infinity, perOwner: maxPerTenant });
  return {
    enter({ key, tenantId = key }) {
      if (keys.take(key) !== undefined) throw tooMany('key', maxPerKey);
      if (tenants.take(tenantId) !== undefined) {
        keys.give(key);
        throw tooMany('tenant', maxPerTenant);
      }
      return once(() => {
        keys.give(key);
        tenants.give(tenantId);
      });
    },
    total: () => tenants.held,
  };
}

function tooMany(owner: string, limit: number): OperationRefused {
  const message = `More than ${limit} subscriptions of this ${owner} are open; end one first`;
  return new OperationRefused([{ message, extensions: { code: 'LIMIT_EXCEEDED' } }], 429);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}

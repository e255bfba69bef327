import type { AdmittedOperation } from '../admit/admission.ts';
import type { FormattedError, SubscriptionOperation } from '../operation.ts';
import type { Graph, GraphLease } from '../supergraph/graph.ts';
import { Payload } from './payload.ts';
import type { Sink } from './sink.ts';
import type { UpstreamEvent } from './upstream-events.ts';

/** Clients whose operations are equal: each event is completed once for all of them. */
export class Group {
  readonly admitted: AdmittedOperation;
  readonly #members = new Set<Sink>();
  #operation: SubscriptionOperation;
  #lease: GraphLease;

  constructor(admitted: AdmittedOperation, operation: SubscriptionOperation, lease: GraphLease) {
    this.admitted = admitted;
    this.#operation = operation;
    this.#lease = lease;
  }

  get operation(): SubscriptionOperation {
    return this.#operation;
  }

  get size(): number {
    return this.#members.size;
  }

  join(sink: Sink): void {
    this.#members.add(sink);
  }

  leave(sink: Sink): void {
    this.#members.delete(sink);
    if (this.#members.size === 0) this.#lease[Symbol.dispose]();
  }

  get graph(): Graph {
    return this.#lease.graph;
  }

  /** Goes on with what the operation means on another graph. */
  move(operation: SubscriptionOperation, lease: GraphLease): void {
    this.#lease[Symbol.dispose]();
    this.#operation = operation;
    this.#lease = lease;
  }

  /** Completes one event and hands it to every member that was there when it began. */
  async deliver({ result }: UpstreamEvent, signal: AbortSignal): Promise<void> {
    const members = [...this.#members];
    const { request } = this.admitted;
    const { body } = await this.#operation.complete(result, { ...request, signal });
    const payload = new Payload(body);
    for (const member of members) {
      if (this.#members.has(member)) member.next(payload);
    }
  }

  complete(): void {
    for (const member of this.#drain()) member.complete();
  }

  fail(errors: readonly FormattedError[]): void {
    for (const member of this.#drain()) member.fail(errors);
  }

  #drain(): readonly Sink[] {
    const members = [...this.#members];
    for (const member of members) this.leave(member);
    return members;
  }
}

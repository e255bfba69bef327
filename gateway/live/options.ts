/** How a subscription that broke upstream is taken up again. */
export interface ResumeRule {
  /** Argument of the root field that takes the last cursor. */
  readonly argument: string;
  /** Field of the event that carries its cursor. */
  readonly field: string;
}

/** Settings of subscriptions, on every protocol. */
export interface SubscriptionOptions {
  /** Resume with cursors where the schema has this argument and field; absent, a broken stream goes on from now. */
  readonly resume?: ResumeRule;
  /** Unsent bytes of one client after which its stream ends with SUBSCRIPTION_OVERFLOW. @default 1_048_576 */
  readonly maxBufferedBytes: number;
  /** Events a subgraph may be ahead of the gateway on one subscription before it is resubscribed. @default 10_000 */
  readonly maxPendingEvents: number;
  /** Longest time without the subgraph before clients are told, milliseconds. @default 30_000 */
  readonly reconnectWithinMs: number;
  /** Live subscriptions on one socket. @default 100 */
  readonly maxPerSocket: number;
  /** Live subscriptions of one key on this process. @default 20_000 */
  readonly maxPerKey: number;
  /** Live subscriptions of one tenant on this process; of one identity where there are no tenants. @default 20_000 */
  readonly maxPerTenant: number;
}

export const defaultSubscriptionOptions: SubscriptionOptions = {
  maxBufferedBytes: 1_048_576,
  maxPendingEvents: 10_000,
  reconnectWithinMs: 30_000,
  maxPerSocket: 100,
  maxPerKey: 20_000,
  maxPerTenant: 20_000,
};

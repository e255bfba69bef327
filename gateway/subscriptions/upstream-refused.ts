import type { FormattedError } from '../operation.ts';

/** The subgraph answered a subscription with errors instead of events: subscribing again would not help. */
export class UpstreamRefused extends Error {
  override readonly name = 'UpstreamRefused';
  readonly errors: readonly FormattedError[];

  constructor(errors: readonly FormattedError[]) {
    super(errors[0]?.message ?? 'The subgraph refused the subscription');
    this.errors = errors;
  }
}

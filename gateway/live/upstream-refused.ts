import type { ErrorCode } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { formatSubgraphError, readErrors } from '../execute/fetch/subgraph-errors.ts';
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

/** The subgraph closed a socket that carried nothing but one subscription: that one is the cause. */
export class ClosedByOperation extends Error {
  override readonly name = 'ClosedByOperation';

  /** For clients, when it was so again. */
  toRefusal(): UpstreamRefused {
    return new UpstreamRefused([
      { message: this.message, extensions: { code: 'SUBGRAPH_FAILED' satisfies ErrorCode } },
    ]);
  }
}

/** Whose words they are, and whether clients may read them. */
export interface RefusingSubgraph {
  readonly name: string;
  readonly isMaskingErrors: boolean;
}

/** The refusal in a subgraph's list of errors, told as errors of its answers are. */
export function readRefusal(
  value: JsonValue | undefined,
  { name, isMaskingErrors }: RefusingSubgraph,
): UpstreamRefused {
  const given = readErrors(value);
  const errors = given.length > 0 ? given : [{ message: 'The subgraph refused the subscription' }];
  return new UpstreamRefused(
    errors.map((error) => {
      const told = formatSubgraphError(error, name, undefined);
      if (!isMaskingErrors) return told;
      const { code = 'SUBGRAPH_FAILED', service = name } = told.extensions ?? {};
      return { message: `Subgraph "${name}" reported an error`, extensions: { code, service } };
    }),
  );
}

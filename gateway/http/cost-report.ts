import type { OperationAnswer } from '../operation.ts';
import type { Admitted } from '../pipeline.ts';

/** `extensions.cost` is added to the text: the result is never an object. */
export function withCost(answer: OperationAnswer, { cost, rate }: Admitted): OperationAnswer {
  if (cost === undefined) return answer;
  const extensions = {
    cost: { requested: cost, ...(rate && { remaining: rate.remaining, limit: rate.limit }) },
  };
  return {
    ...answer,
    body: `${answer.body.slice(0, -1)},"extensions":${JSON.stringify(extensions)}}`,
  };
}

/** What is left of the tightest rate limit. */
export function rateHeaders(rate: Admitted['rate']): Readonly<Record<string, string>> {
  if (rate === undefined) return {};
  return {
    'ratelimit-limit': String(rate.limit),
    'ratelimit-remaining': String(rate.remaining),
    'ratelimit-reset': String(rate.resetSeconds),
  };
}

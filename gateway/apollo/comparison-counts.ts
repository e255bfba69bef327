import type { Metrics } from '../../kernel/telemetry.ts';
import type { DifferenceKind } from './compare-answers.ts';

/** What became of an operation that was looked at. */
export type ComparisonOutcome = 'same' | 'different' | 'failed' | 'skipped' | 'refused';

/** Counts comparisons. */
export interface ComparisonCounts {
  outcome(outcome: ComparisonOutcome): void;
  difference(kind: DifferenceKind): void;
}

export function createComparisonCounts(metrics: Metrics): ComparisonCounts {
  const compared = metrics.counter({
    name: 'operandi_gateway_compared_total',
    help: 'Operations run a second time by @apollo/gateway, by what came of it; those it cannot run as "refused".',
    labels: ['outcome'],
  });
  const differences = metrics.counter({
    name: 'operandi_gateway_differences_total',
    help: 'Places at which the answer of @apollo/gateway differed, by how.',
    labels: ['kind'],
  });
  return {
    outcome: (outcome) => compared.inc({ outcome }),
    difference: (kind) => differences.inc({ kind }),
  };
}

import type { Limits } from '../../engine/limits.ts';
import type { Config } from '../../kernel/config/config.ts';

/** What the operator's limits mean for a run. */
export function engineLimits(limits: Config['limits']): Partial<Limits> {
  return {
    inputBytes: limits.inputBytes,
    outputBytes: limits.outputBytes,
    definitionBytes: limits.definitionBytes,
    journalBytes: limits.journalBytes,
    definitionTasks: limits.tasks,
    nesting: limits.nesting,
    tasks: limits.iterations,
    expressionSteps: limits.expressionSteps,
    computeSteps: limits.computeSteps,
  };
}

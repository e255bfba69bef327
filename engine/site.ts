import type { JsonValue } from '../kernel/json.ts';
import { definitionScope, type Execution, type Step } from './execution.ts';
import type { Scope } from './expressions.ts';

/** Where something is evaluated that is not always a task. */
export interface Site {
  readonly execution: Execution;
  readonly key: string;
  readonly reference: string;
  /** What URI templates are expanded with. */
  readonly input: JsonValue;
  readonly scope: Scope;
}

export function siteOf(step: Step): Site {
  const { execution, key, reference, input } = step;
  return { execution, key, reference, input, scope: definitionScope(step) };
}

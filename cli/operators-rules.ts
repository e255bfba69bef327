import type { LoadOptions } from '../engine/load-definition.ts';
import { definitionBudgets } from '../kernel/definition-budgets.ts';

/** What of the environment changes how definitions are judged. */
export const ruleVariables = [
  'OPERANDI_ALLOW_RUN',
  'OPERANDI_MAX_DEFINITION_BYTES',
  'OPERANDI_MAX_TASKS',
  'OPERANDI_MAX_NESTING',
] as const;

/** How a platform with this environment judges what is published. The configuration is loaded only where there is some. */
export async function operatorsRules(): Promise<LoadOptions> {
  const isSet = ruleVariables.some((name) => process.env[name] !== undefined);
  const { allowed, bytes, tasks, nesting } = isSet
    ? (await import('../kernel/config/definition-rules.ts')).readDefinitionRules(process.env)
    : { allowed: [], ...definitionBudgets };
  return {
    allow: Object.fromEntries(allowed.map((kind) => [kind, true])),
    limits: { definitionBytes: bytes, definitionTasks: tasks, definitionDepth: nesting },
    keptSecrets: 'error',
  };
}

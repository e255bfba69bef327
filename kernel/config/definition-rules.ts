import { environment } from './env.ts';
import type { RawEnvironment } from './raw-environment.ts';

/** What an operator lets definitions be. */
export interface DefinitionRules {
  readonly allowed: readonly ('shell' | 'script' | 'container')[];
  readonly bytes: number;
  readonly tasks: number;
  readonly nesting: number;
}

const variables = environment.pick({
  OPERANDI_ALLOW_RUN: true,
  OPERANDI_MAX_DEFINITION_BYTES: true,
  OPERANDI_MAX_TASKS: true,
  OPERANDI_MAX_NESTING: true,
});

/** Reads the variables by which a platform judges definitions. */
export function readDefinitionRules(env: RawEnvironment): DefinitionRules {
  const read = variables.parse(env);
  return {
    allowed: read.OPERANDI_ALLOW_RUN,
    bytes: read.OPERANDI_MAX_DEFINITION_BYTES,
    tasks: read.OPERANDI_MAX_TASKS,
    nesting: read.OPERANDI_MAX_NESTING,
  };
}

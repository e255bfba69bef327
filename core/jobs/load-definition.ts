import { loadDefinition } from '../../engine/definition.ts';
import type { Loaded } from '../../engine/definition.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';

/** Checks the text of a definition within the limits of the platform. */
export function checkDefinition(
  { limits, processes }: Pick<VerbContext, 'limits' | 'processes'>,
  source: string,
): Loaded {
  const bytes = Buffer.byteLength(source);
  if (bytes > limits.definitionBytes) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `the definition has ${String(bytes)} bytes; allowed are ${String(limits.definitionBytes)}`,
      {
        path: 'input.definition',
      },
    );
  }
  return loadDefinition(source, {
    allow: Object.fromEntries(processes.allowed.map((kind) => [kind, true])),
    limits: {
      definitionBytes: limits.definitionBytes,
      definitionTasks: limits.tasks,
      definitionDepth: limits.nesting,
    },
  });
}

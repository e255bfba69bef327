import type { Checked } from '../../engine/load-definition.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';

/** Checks the text of a definition within the limits of the platform. */
export async function checkDefinition(
  context: Pick<VerbContext, 'actor' | 'documents' | 'limits' | 'processes'>,
  source: string,
): Promise<Checked> {
  const { limits, processes, documents, actor } = context;
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
  const allow = Object.fromEntries(processes.allowed.map((kind) => [kind, true]));
  const within = {
    definitionBytes: limits.definitionBytes,
    definitionTasks: limits.tasks,
    definitionDepth: limits.nesting,
    scheduleIntervalMs: limits.scheduleIntervalMs,
  };
  return await documents.check(source, { allow, limits: within }, { tenantId: actor.tenantId });
}

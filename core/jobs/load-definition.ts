import { byPosition, type Checked } from '../../engine/load-definition.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { outsideFindings } from './outside-findings.ts';

/** Checks the text of a definition within the limits of the platform, and what it refers to in the caller's tenant. */
export async function checkDefinition(context: VerbContext, source: string): Promise<Checked> {
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
  const owner = { tenantId: actor.tenantId };
  const checked = await documents.check(
    source,
    { allow, limits: within, keptSecrets: 'error' },
    owner,
  );
  if (checked.document === undefined) return checked;
  const outside = await outsideFindings(context, source, checked.document);
  if (outside.length === 0) return checked;
  const findings = [...checked.findings, ...outside].toSorted(byPosition);
  const isRefused = outside.some(({ severity }) => severity === 'error');
  return isRefused ? { findings } : { findings, document: checked.document };
}

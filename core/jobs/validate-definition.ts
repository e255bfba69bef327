import type { Finding } from '../../engine/dsl/finding.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { checkDefinition } from './load-definition.ts';

export type { Finding };

export interface DefinitionReport {
  readonly isValid: boolean;
  readonly findings: readonly Finding[];
}

/** What the linter says of a definition; nothing is kept. */
export async function validateDefinition(
  context: VerbContext,
  source: string,
): Promise<DefinitionReport> {
  await permit(context, 'JOBS_READ');
  const { findings, document } = await checkDefinition(context, source);
  return { isValid: document !== undefined, findings };
}

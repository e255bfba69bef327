import type { Finding } from '../../engine/dsl/finding.ts';
import { permit, permitMaker } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { judgeDefinition } from './load-definition.ts';

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
  await permitMaker(context);
  const { findings, names } = await judgeDefinition(context, { source, isToBePublished: false });
  return { isValid: names !== undefined, findings };
}

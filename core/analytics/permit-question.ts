import { permit, permitMaker, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { measures, type MeasureName } from './measures.ts';

/** Throws FORBIDDEN unless the caller may see what the measure counts, whatever its labels. */
export async function permitQuestion(
  context: Pick<VerbContext, 'actor' | 'requestId' | 'database'>,
  measure: MeasureName,
): Promise<void> {
  // Calls are for who may see integrations, as they are where they are listed.
  const needed =
    measures[measure].table === 'calls'
      ? (['JOBS_READ', 'INTEGRATIONS_READ'] as const)
      : (['JOBS_READ'] as const);
  await permit(context, needed);
  await permitMaker(context);
  for (const permission of needed) await permitWhole(context, permission);
}

import type { WorkflowDocument } from '../../engine/dsl/document.ts';
import type { RecordedJob } from '../../engine/scenarios/record-scenario.ts';
import type { Services } from '../context.ts';
import { engineLimits } from './engine-limits.ts';
import type { PlayedJob } from './played-job.ts';

/** A job as the engine plays it for those who read of it: secrets stand in it as their names. */
export function recordedJob(
  { limits }: Pick<Services, 'limits'>,
  { job, io, entries }: PlayedJob,
  document: WorkflowDocument,
): RecordedJob {
  const names = document.use?.secrets ?? [];
  return {
    id: job.id,
    startedAt: (job.startedAt ?? job.createdAt).getTime(),
    input: io.input,
    entries,
    limits: engineLimits(limits),
    secrets: Object.fromEntries(names.map((name) => [name, name])),
  };
}

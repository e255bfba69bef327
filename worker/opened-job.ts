import { openData } from '../core/jobs/sensitive/sealed-data.ts';
import type { Definition } from '../engine/definition.ts';
import { createHiding, type Hiding } from '../engine/sensitive/hiding.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { History } from '../queue/load-history.ts';
import type { Outside } from './outside.ts';
import { hidingOf, openHistory, sealingQueue, type WritingQueue } from './sealed-run.ts';

/** A claimed job as its run sees it: in plain text, whatever its rows hold. */
export interface OpenedJob {
  readonly input: JsonValue;
  readonly history: History;
  /** Seals what is written where the rows of the job are sealed. */
  readonly queue: WritingQueue;
  /** What the job knows of people. */
  readonly sensitive: Hiding;
}

interface Closed {
  readonly job: ClaimedJob;
  readonly definition: Definition;
  readonly history: History;
}

interface Needs {
  readonly queue: WritingQueue;
  readonly outside: Pick<Outside, 'dataKey'>;
}

/** Undefined when its data was erased. */
export async function openJob(
  { queue, outside }: Needs,
  { job, definition, history }: Closed,
): Promise<OpenedJob | undefined> {
  const { tenantId, jobId, dataKeyId, input } = job;
  if (dataKeyId === undefined) return { input, history, queue, sensitive: createHiding([]) };
  const key = await outside.dataKey(tenantId, dataKeyId);
  if (key === undefined) return undefined;
  const seal = { tenantId, jobId, key };
  const opened = openData(seal, input);
  return {
    input: opened,
    history: await openHistory(seal, history, outside),
    queue: sealingQueue(queue, seal),
    sensitive: hidingOf(definition, opened),
  };
}

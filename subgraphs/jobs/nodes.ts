import type { StateCount } from '../../core/jobs/load-batch-counts.ts';
import type { Connection } from '../../core/pagination.ts';
import type { Batch } from '../../prisma/_generated/client.ts';

/** A job on its way through resolvers: its row is loaded when a field of it is asked for. */
export interface JobNode {
  readonly id: string;
}

/** A page of jobs and the filter that made it, by which they are counted when somebody asks. */
export interface JobPage extends Connection<JobNode> {
  readonly filter: unknown;
}

/** A batch; its numbers are counted when a field of them is asked for, unless they are known. */
export interface BatchNode {
  readonly batch: Batch;
  readonly counts?: readonly StateCount[];
}

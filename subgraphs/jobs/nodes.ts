import type { Connection } from '../../core/pagination.ts';

/** A job on its way through resolvers: its row is loaded when a field of it is asked for. */
export interface JobNode {
  readonly id: string;
}

/** A page of jobs and the filter that made it, by which they are counted when somebody asks. */
export interface JobPage extends Connection<JobNode> {
  readonly filter: unknown;
}

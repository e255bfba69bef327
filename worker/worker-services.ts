import type { Services } from '../core/context.ts';
import type { Config } from '../kernel/config/config.ts';
import type { PerformCall } from './outside.ts';
import type { Lanes } from './quarantine/lanes.ts';
import type { JobObserver } from './queue-watch.ts';
import type { SideDuties } from './side-duties.ts';

/** What a worker works with. */
export interface WorkerServices
  extends
    SideDuties,
    Pick<
      Services,
      'database' | 'documents' | 'queue' | 'doorbell' | 'keyring' | 'log' | 'tracing'
    > {
  readonly perform: PerformCall;
  readonly config: Pick<Config, 'worker' | 'limits'>;
  /** Runs quarantined jobs; absent: they are left to other workers. */
  readonly lanes?: Lanes;
  /** Is told which jobs begin and end here. */
  readonly observer?: JobObserver;
  /** Jobs of one agent that may die alone within an hour before the agent is paused. @default 3 */
  readonly poisonJobs?: number;
}

import type { CloudEvent } from '../../engine/host.ts';

/** An event on its way to those in the tenant who wait for one. */
export interface Arrival {
  readonly tenantId: string;
  readonly event: CloudEvent;
  /** Of the job that emitted it; absent for an event from outside. */
  readonly depth?: number;
}

import type { CloudEvent } from '../../engine/host.ts';

/** An event on its way to those in the tenant who wait for one. */
export interface Arrival {
  readonly tenantId: string;
  readonly event: CloudEvent;
  /** Of the job that emitted it; absent for an event from outside. */
  readonly depth?: number;
  /** Who answers for it: a credential as `<kind>:<id>`, or a job with those that answer for that. */
  readonly from: { readonly principal: string } | { readonly jobId: string };
}

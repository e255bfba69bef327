import type { VerbContext } from '../context.ts';

type Ringer = Pick<VerbContext, 'actor' | 'doorbell'>;

/** Rings when a job of the tenant got an event. */
export function eventChannel(tenantId: string): string {
  return `jobs.event:${tenantId}`;
}

/** Tells of an event of a job after its commit. */
function ringEvent({ actor, doorbell }: Ringer): void {
  doorbell.ring(eventChannel(actor.tenantId));
}

/** A job may be claimed: wakes workers, and those who watch. */
export function ringReady(context: Ringer): void {
  context.doorbell.ring('jobs.ready');
  ringEvent(context);
}

/** Tells the worker that holds the job to look at it. */
export function ringControl(context: Ringer, jobId: string): void {
  context.doorbell.ring('jobs.control', jobId);
  ringEvent(context);
}

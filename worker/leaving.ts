/** The job is somebody else's now: cancelled, paused, taken over or sent back to be replayed. Nothing is left to do. */
export class JobLeft extends Error {
  override readonly name = 'JobLeft';
}

/** This process has to stop: the job is given back unharmed. */
export class WorkerDrained extends Error {
  override readonly name = 'WorkerDrained';
}

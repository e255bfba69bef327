/** A queue under measurement, in the process that measures: submitter and worker share it. */
export interface QueueEngine extends AsyncDisposable {
  /** Submits jobs of a kind; resolves when they are durable, as far as the engine goes. */
  submit(kind: Kind, count: number): Promise<readonly string[]>;
  /** Begins to work, if it does not already. */
  work(): Promise<void>;
  /** Called at the end of each job, as soon as the worker knows of it. */
  onEnd: (id: string) => void;
}

/** What a job does: nothing, or three steps after each of which its result is durable. */
export type Kind = 'noop' | 'steps';

/** What a definition and a run may use; every number a user can meet is here. */
export interface Limits {
  /** Size of a definition's text, bytes. */
  readonly definitionBytes: number;
  /** Depth of the definition as a document. */
  readonly definitionDepth: number;
  /** Tasks in a definition, all levels. */
  readonly definitionTasks: number;
  /** Values that aliases of a YAML document may expand to. */
  readonly definitionNodes: number;
  /** Shortest time between two jobs of a schedule, milliseconds. */
  readonly scheduleIntervalMs: number;
  /** Size of a job's input as JSON, bytes. */
  readonly inputBytes: number;
  /** Depth of a job's input. */
  readonly inputDepth: number;
  /** Size of one task's output, of the context and of the job's output as JSON, bytes. */
  readonly outputBytes: number;
  readonly journalEntries: number;
  /** Sum of all journaled values, bytes. */
  readonly journalBytes: number;
  /** Task executions in one job. */
  readonly tasks: number;
  /** Tasks inside tasks, functions included. */
  readonly nesting: number;
  /** Iterations of one `for`. */
  readonly iterations: number;
  /** Branches of one `fork`. */
  readonly forkWidth: number;
  /** Events delivered to one `listen`. */
  readonly events: number;
  /** Retries of a policy that states no limit. */
  readonly retries: number;
  /** Longest single delay, whatever a backoff computes, milliseconds. */
  readonly delayMs: number;
  /** Waits up to this long are slept in the process; longer ones park the job, milliseconds. */
  readonly inlineWaitMs: number;
  /** CPU budget of one expression, steps of the jq evaluator. */
  readonly expressionSteps: number;
  /** What each byte of a large input adds to it. */
  readonly expressionStepsPerByte: number;
  /** CPU budget of a job, in the same steps, over its whole life. */
  readonly computeSteps: number;
}

export const defaultLimits: Limits = {
  definitionBytes: 1_048_576,
  definitionDepth: 100,
  definitionTasks: 5_000,
  definitionNodes: 200_000,
  scheduleIntervalMs: 1_000,
  inputBytes: 1_048_576,
  inputDepth: 64,
  outputBytes: 4_194_304,
  journalEntries: 50_000,
  journalBytes: 67_108_864,
  tasks: 100_000,
  nesting: 64,
  iterations: 100_000,
  forkWidth: 1_000,
  events: 10_000,
  retries: 100,
  delayMs: 31_536_000_000,
  inlineWaitMs: 1_000,
  expressionSteps: 300_000,
  expressionStepsPerByte: 16,
  computeSteps: 1_000_000_000,
};

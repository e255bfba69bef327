/** What one run may use up; the same program and input always end at the same point. */
export interface Budget {
  /** Operations: one per evaluated node, and as many as the work takes inside a builtin. */
  readonly steps: number;
  /** Values the program may yield. */
  readonly outputs: number;
  /** Bytes allocated in total, freed or not, plus the size of what is yielded. */
  readonly bytes: number;
  /** Nested evaluations; a plain recursive function uses a handful for each level. */
  readonly depth: number;
}

/**
 * Ends any program within 20 ms of CPU, yet folds 100,000 rows into a sum.
 * `depth` keeps the deepest recursion under half of Node's default stack.
 */
export const defaultBudget: Budget = {
  steps: 300_000,
  outputs: 100_000,
  bytes: 24 * 1024 * 1024,
  depth: 2_000,
};

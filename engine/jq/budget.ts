import { JqBudgetError } from './errors.ts';

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

/** Counts a budget down to its end. */
export class Meter {
  steps: number;
  outputs: number;
  bytes: number;
  depth: number;

  constructor(budget: Budget) {
    this.steps = budget.steps;
    this.outputs = budget.outputs;
    this.bytes = budget.bytes;
    this.depth = budget.depth;
  }

  step(): void {
    if (--this.steps < 0) throw new JqBudgetError('steps');
  }

  work(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new JqBudgetError('steps');
  }

  allocate(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes < 0) throw new JqBudgetError('bytes');
  }

  output(): void {
    if (--this.outputs < 0) throw new JqBudgetError('outputs');
  }

  enter(levels: number): void {
    this.steps -= 3;
    this.depth -= levels;
    if (this.depth < 0) throw new JqBudgetError('depth');
    if (this.steps < 0) throw new JqBudgetError('steps');
  }

  leave(levels: number): void {
    this.depth += levels;
  }
}

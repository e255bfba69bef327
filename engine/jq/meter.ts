import type { Budget } from './budget.ts';
import { JqBudgetError } from './errors.ts';

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

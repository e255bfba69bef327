import type { Budget } from './budget.ts';
import { JqBudgetError } from './errors.ts';

/** What a run may use beyond its budget because of what it was given. */
export type Reserve = () => Pick<Budget, 'steps' | 'bytes'>;

/** Counts a budget down to its end; then, once, asks for the reserve. */
export class Meter {
  steps: number;
  outputs: number;
  bytes: number;
  depth: number;
  #reserve: Reserve | undefined;

  constructor(budget: Budget, reserve?: Reserve) {
    this.steps = budget.steps;
    this.outputs = budget.outputs;
    this.bytes = budget.bytes;
    this.depth = budget.depth;
    this.#reserve = reserve;
  }

  step(): void {
    if (--this.steps < 0) this.#exhausted('steps');
  }

  work(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) this.#exhausted('steps');
  }

  allocate(bytes: number): void {
    this.bytes -= bytes;
    if (this.bytes < 0) this.#exhausted('bytes');
  }

  output(): void {
    if (--this.outputs < 0) throw new JqBudgetError('outputs');
  }

  enter(levels: number): void {
    this.steps -= 3;
    this.depth -= levels;
    if (this.depth < 0) throw new JqBudgetError('depth');
    if (this.steps < 0) this.#exhausted('steps');
  }

  leave(levels: number): void {
    this.depth += levels;
  }

  #exhausted(limit: 'steps' | 'bytes'): void {
    if (this.#reserve !== undefined) {
      const { steps, bytes } = this.#reserve();
      this.#reserve = undefined;
      this.steps += steps;
      this.bytes += bytes;
    }
    if (this[limit] < 0) throw new JqBudgetError(limit);
  }
}

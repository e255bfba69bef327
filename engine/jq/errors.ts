import type { JsonValue } from '../../kernel/json.ts';

import type { Budget } from './budget.ts';

/** The text is not a jq program; `offset` counts UTF-16 units from its start. */
export class JqSyntaxError extends Error {
  override readonly name = 'JqSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** An error jq raises itself or `error(value)` raises; `try` catches it and sees `value`. */
export class JqRuntimeError extends Error {
  override readonly name = 'JqRuntimeError';
  readonly value: JsonValue;

  constructor(message: string, value: JsonValue = message) {
    super(message);
    this.value = value;
  }
}

/** The program used up one of its limits; nothing inside the program can catch this. */
export class JqBudgetError extends Error {
  override readonly name = 'JqBudgetError';
  readonly limit: keyof Budget;

  constructor(limit: keyof Budget) {
    super(`The expression exceeds its budget of ${limit}`);
    this.limit = limit;
  }
}

class BreakSignal extends Error {
  target: object = this;
}

// One signal for all breaks: making an Error costs microseconds, and only one can be in flight.
const signal = new BreakSignal();

/** Unwinds to the construct that waits for `target` with `endsAt`. */
export function breakTo(target: object): never {
  signal.target = target;
  throw signal;
}

/** True when what was thrown is the break to `target`. */
export function endsAt(thrown: unknown, target: object): boolean {
  return thrown === signal && signal.target === target;
}

import type { One } from './code.ts';
import type { Env } from './env.ts';
import { JqRuntimeError } from './errors.ts';
import type { Value } from './values/kinds.ts';

// Throwing costs as much as this many steps.
const stepsPerError = 50;

/** Goes on after something was caught at this depth. */
export function recover({ meter }: Env, depth: number): void {
  meter.depth = depth;
  meter.work(stepsPerError);
}

/** The value of a filter; undefined when it fails. */
export function attempt(one: One, input: Value, env: Env): Value | undefined {
  const { depth } = env.meter;
  env.meter.step();
  try {
    return one(input, env);
  } catch (error) {
    if (!(error instanceof JqRuntimeError)) throw error;
    recover(env, depth);
    return undefined;
  }
}

/** The error `run` ends with, unless it was thrown by what it hands to `consume`. */
export function ownError(
  env: Env,
  run: (consume: (use: () => void) => void) => void,
): JqRuntimeError | undefined {
  const { depth } = env.meter;
  const state = { isOutside: false };
  env.meter.step();
  try {
    run((use) => {
      state.isOutside = true;
      use();
      state.isOutside = false;
    });
    return undefined;
  } catch (error) {
    if (state.isOutside || !(error instanceof JqRuntimeError)) throw error;
    recover(env, depth);
    return error;
  }
}

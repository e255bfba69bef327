import type { Env } from './code.ts';
import { JqRuntimeError } from './errors.ts';

// Throwing costs as much as this many steps.
const stepsPerError = 50;

/** Goes on after something was caught at this depth. */
export function recover({ meter }: Env, depth: number): void {
  meter.depth = depth;
  meter.work(stepsPerError);
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

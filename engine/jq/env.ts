import type { Meter } from './meter.ts';
import type { Closure, Env } from './code.ts';
import type { Value } from './values/kinds.ts';

export function rootEnv(meter: Meter): Env {
  return { up: undefined, value: null, closure: undefined, meter };
}

export function withValue(env: Env, value: Value): Env {
  return { up: env, value, closure: undefined, meter: env.meter };
}

/** A filter parameter, or with `value` one that was declared as `$name`. */
export function withClosure(env: Env, closure: Closure, value: Value = null): Env {
  return { up: env, value, closure, meter: env.meter };
}

/** A link that stands for nothing but itself: what a `break` unwinds to. */
export function withLabel(env: Env): Env {
  return { up: env, value: null, closure: undefined, meter: env.meter };
}

/** The link `hops` up the chain; the compiler guarantees that it exists. */
export function ancestor(env: Env, hops: number): Env {
  let found = env;
  for (let left = hops; left > 0; left--) found = found.up ?? found;
  return found;
}

import type { Definition } from '../ast.ts';
import type { Meter } from '../meter.ts';
import { many, single, weightOf } from '../code.ts';
import type { Code, Each, One } from '../code.ts';
import type { Value } from '../values/kinds.ts';

/** A builtin of values only: `args` are those of one combination. */
export type ValueFunction = (input: Value, args: readonly Value[], meter: Meter) => Value;
/** A builtin that decides itself how its filters run. */
export type FilterBuilder = (args: readonly Code[]) => Code;

/** What a name means that no definition of the program has taken. */
export type Builtin = Refused | Available;

export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/** Built by code, defined in jq, or both: then path expressions follow the definition. */
export type Available = {
  readonly kind: 'available';
  /** Cannot make values without end, or such that JSON has no notation for. */
  readonly isPlain: boolean;
} & (
  | { readonly build: FilterBuilder; readonly definition: (() => Definition) | undefined }
  | { readonly build: undefined; readonly definition: () => Definition }
);

/** Calls a function for all combinations of its arguments' values; the last argument varies slowest. */
export function callFor(call: ValueFunction): FilterBuilder {
  return (args) => {
    const ones = args.flatMap(({ one }) => (one === undefined ? [] : [one]));
    const weight = weightOf(args) + 2;
    if (ones.length === args.length) return single(callOnce(call, ones), weight);
    const each: Each = (input, env, emit) => {
      const bind = (at: number, values: readonly Value[]): void => {
        const arg = args[at];
        if (arg === undefined) {
          env.meter.step();
          emit(call(input, values, env.meter));
        } else {
          arg.each(input, env, (value) => {
            bind(at - 1, [value, ...values]);
          });
        }
      };
      bind(args.length - 1, []);
    };
    return many(each, weight);
  };
}

function callOnce(call: ValueFunction, args: readonly One[]): One {
  const [first, second] = args;
  if (first === undefined) {
    return (input, { meter }) => {
      meter.step();
      return call(input, [], meter);
    };
  }
  if (second === undefined) {
    return (input, env) => {
      env.meter.step();
      return call(input, [first(input, env)], env.meter);
    };
  }
  return (input, env) => {
    env.meter.step();
    return call(
      input,
      args.map((arg) => arg(input, env)),
      env.meter,
    );
  };
}

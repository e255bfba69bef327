import type { JsonValue } from '../../kernel/json.ts';

import { defaultBudget } from './budget.ts';
import { Meter } from './meter.ts';
import type { Reserve } from './meter.ts';
import type { Budget } from './budget.ts';
import { compileNode } from './compile-node.ts';
import type { Code } from './code.ts';
import { rootEnv, withValue } from './env.ts';
import type { Env } from './code.ts';
import { breakTo, endsAt, JqBudgetError } from './errors.ts';
import { parse } from './parser.ts';
import { sanitize } from './sanitize.ts';
import { Scope } from './scope.ts';
import { sizeOf } from './size.ts';
import type { Compilation, JqHost } from './scope.ts';

export type { Budget } from './budget.ts';
export { JqBudgetError, JqRuntimeError, JqSyntaxError } from './errors.ts';
export type { JqHost } from './scope.ts';

export type Variables = Readonly<Record<string, JsonValue>>;

/** Pays for several runs together: none of them takes more steps than are left. */
export interface Account {
  readonly left: number;
  /** Called once at the end of each run with what it took; what it throws ends the run. */
  spend(steps: number): void;
}

/** A compiled expression; it keeps no state and may be run at any time. */
export interface Program {
  /**
   * All values the expression yields for `input`.
   * Throws `JqRuntimeError` for an error the expression does not catch, `JqBudgetError` when it goes on for too long.
   */
  run(input: JsonValue, variables?: Variables, account?: Account): JsonValue[];
  /** The first value, computed without those after it; undefined when there is none. */
  first(input: JsonValue, variables?: Variables): JsonValue | undefined;
}

export interface CompileOptions {
  /** Names, without `$`, of the variables given to each run; left out ones are null. */
  readonly variables?: readonly string[];
  /** @default defaultBudget */
  readonly budget?: Partial<Budget>;
  /**
   * Steps that each byte of a large input adds to the budget, so that what may be given may also be walked through.
   * @default 0
   */
  readonly stepsPerByte?: number;
  /** What is not given here is refused when the expression is compiled. */
  readonly host?: JqHost;
}

/** Compiles a jq expression; throws `JqSyntaxError` with the offset of what is wrong in it. */
export function compileJq(source: string, options: CompileOptions = {}): Program {
  const { variables = [], budget = {}, stepsPerByte = 0, host = {} } = options;
  const compilation: Compilation = {
    compile: compileNode,
    host,
    needsCheck: false,
    manyValued: new Set(),
    prelude: new Map(),
  };
  const scope = variables.reduce(
    (outer, name) => outer.with('variable', name),
    new Scope(compilation),
  );
  const code = scope.compile(parse(source));
  const { needsCheck } = compilation;
  return new CompiledProgram({
    code,
    variables,
    needsCheck,
    budget: { ...defaultBudget, ...budget },
    stepsPerByte,
  });
}

/** Memory costs time as well: what is allocated has to be filled and cleared away. */
const bytesPerStep = 64;
/** Inputs up to this size find the budget large enough as it is. */
const smallInputBytes = 16_384;
const largestInputBytes = 16_777_216;
const bytesPerReservedStep = 8;

interface Parts {
  readonly code: Code;
  readonly variables: readonly string[];
  readonly budget: Budget;
  readonly stepsPerByte: number;
  readonly needsCheck: boolean;
}

class CompiledProgram implements Program {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  run(input: JsonValue, variables?: Variables, account?: Account): JsonValue[] {
    const outputs: JsonValue[] = [];
    const { budget } = this.#parts;
    const left = account?.left ?? Infinity;
    const steps = Math.min(budget.steps, left);
    const reserve = this.#reserveFor(input, variables);
    const granted = { steps: 0, bytes: 0 };
    const meter = new Meter({ ...budget, steps }, () => {
      const { steps: more, bytes } = reserve();
      return Object.assign(granted, { steps: Math.min(more, left - steps), bytes });
    });
    try {
      this.#evaluate(input, { meter, variables }, (value) => {
        outputs.push(value);
      });
    } finally {
      const taken = steps + granted.steps - meter.steps;
      const allocated = budget.bytes + granted.bytes - meter.bytes;
      account?.spend(taken + Math.ceil(allocated / bytesPerStep));
    }
    return outputs;
  }

  first(input: JsonValue, variables?: Variables): JsonValue | undefined {
    let found: JsonValue | undefined;
    const meter = new Meter(this.#parts.budget, this.#reserveFor(input, variables));
    this.#evaluate(input, { meter, variables }, (value, label) => {
      found = value;
      breakTo(label);
    });
    return found;
  }

  #reserveFor(input: JsonValue, variables: Variables = {}): Reserve {
    const { stepsPerByte } = this.#parts;
    return () => {
      const size =
        stepsPerByte === 0 ? 0 : sizeOf([input, ...Object.values(variables)], largestInputBytes);
      const steps = Math.max(0, size - smallInputBytes) * stepsPerByte;
      return { steps, bytes: steps * bytesPerReservedStep };
    };
  }

  #evaluate(
    input: JsonValue,
    { meter, variables }: { readonly meter: Meter; readonly variables: Variables | undefined },
    use: (value: JsonValue, label: Env) => void,
  ): void {
    const { code, needsCheck } = this.#parts;
    const env = this.#bind(rootEnv(meter), variables);
    const { one, each, weight } = code;
    const emit = (value: JsonValue): void => {
      meter.output();
      use(needsCheck ? sanitize(value, meter) : value, env);
    };
    const { stackTraceLimit } = Error;
    // Errors are values here: recording where in the evaluator they arose would take most of the time.
    Error.stackTraceLimit = 0;
    try {
      meter.enter(weight);
      if (one === undefined) each(input, env, emit);
      else emit(one(input, env));
    } catch (error) {
      if (endsAt(error, env)) return;
      // A caller deep in the stack leaves less room than the depth budget counts on.
      if (error instanceof RangeError) throw new JqBudgetError('depth');
      throw error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  #bind(root: Env, variables: Variables | undefined): Env {
    let env = root;
    for (const name of this.#parts.variables) {
      const isGiven = variables !== undefined && Object.hasOwn(variables, name);
      env = withValue(env, isGiven ? (variables[name] ?? null) : null);
    }
    return env;
  }
}

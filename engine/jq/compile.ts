import type { JsonValue } from '../../kernel/json.ts';

import { defaultBudget } from './budget.ts';
import { Meter } from './meter.ts';
import type { Budget } from './budget.ts';
import { compileNode } from './compile-node.ts';
import type { Code } from './code.ts';
import { rootEnv, withValue } from './env.ts';
import type { Env } from './code.ts';
import { breakTo, endsAt, JqBudgetError } from './errors.ts';
import { parse } from './parser.ts';
import { sanitize } from './sanitize.ts';
import { Scope } from './scope.ts';
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
  /** What is not given here is refused when the expression is compiled. */
  readonly host?: JqHost;
}

/** Compiles a jq expression; throws `JqSyntaxError` with the offset of what is wrong in it. */
export function compileJq(source: string, options: CompileOptions = {}): Program {
  const { variables = [], budget = {}, host = {} } = options;
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
  });
}

/** Memory costs time as well: what is allocated has to be filled and cleared away. */
const bytesPerStep = 64;

interface Parts {
  readonly code: Code;
  readonly variables: readonly string[];
  readonly budget: Budget;
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
    const meter = new Meter(
      account === undefined ? budget : { ...budget, steps: Math.min(budget.steps, account.left) },
    );
    const { steps } = meter;
    try {
      this.#evaluate(input, { meter, variables }, (value) => {
        outputs.push(value);
      });
    } finally {
      account?.spend(steps - meter.steps + Math.ceil((budget.bytes - meter.bytes) / bytesPerStep));
    }
    return outputs;
  }

  first(input: JsonValue, variables?: Variables): JsonValue | undefined {
    let found: JsonValue | undefined;
    const meter = new Meter(this.#parts.budget);
    this.#evaluate(input, { meter, variables }, (value, label) => {
      found = value;
      breakTo(label);
    });
    return found;
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

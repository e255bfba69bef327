import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { RunTooHeavy, type Compute } from './compute.ts';
import { isJsonArray, textOf } from './json-text.ts';
import { compileJq, JqBudgetError, type Program } from './jq/compile.ts';
import type { Limits } from './limits.ts';
import { WorkflowError, workflowError } from './problem.ts';
import { parseTemplate, unwrap, type Template } from './template.ts';

/** What an expression sees. */
export interface Scope {
  readonly dot: JsonValue;
  /** Bound variables without `$`; those not listed do not exist. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** The run's clock, epoch milliseconds, for jq's `now`. */
  readonly now: number;
  /** Pays for the evaluation where it is part of a run. */
  readonly compute?: Compute;
}

/** The expressions of one definition: compiled once per text and set of variables. */
export interface Expressions {
  /** Loose: bare text of a value is tried as an expression. */
  readonly mode: 'strict' | 'loose';
  /** An expression-typed field (`if`, `when`, `output.as` …): always evaluated, `${ }` optional. */
  evaluate(text: string, scope: Scope): JsonValue;
  /** A field that is an expression only when wrapped (durations, endpoints, event sources). */
  wrapped(text: string, scope: Scope): JsonValue;
  /** A value: `${ }` in any string leaf is replaced; in loose mode bare strings are tried as well. */
  value(model: JsonValue, scope: Scope): JsonValue;
}

interface Compiled {
  /** All variables of the scopes that it is for, in their order. */
  readonly names: readonly string[];
  readonly program: Program;
  readonly secrets: readonly string[];
}

/** jq truthiness: only `false` and `null` are false. */
export function isTruthy(value: JsonValue): boolean {
  return value !== false && value !== null;
}

/** Names of secrets that an expression reads by name. */
export function secretsIn(source: string): string[] {
  const matches = source.matchAll(
    /\$secrets\s*(?:\.\s*([A-Za-z_]\w*)|(?:\.\s*)?(?:\[\s*)?"([^"\\]*)")/g,
  );
  return [...matches].map((match) => match[1] ?? match[2] ?? '');
}

export function createExpressions(options: {
  readonly mode: 'strict' | 'loose';
  readonly limits: Limits;
}): Expressions {
  const templates = new Map<string, Template>();
  const sources = new Map<string, string>();
  const run = createRunner(options.limits);
  const templateOf = (text: string): Template =>
    remember(templates, text, () => parseTemplate(text));
  const filled = (text: string, scope: Scope): JsonValue =>
    fill(templateOf(text), text, (source) => run(source, scope));
  const loose = (text: string, scope: Scope): JsonValue => {
    const attempt = (): JsonValue =>
      templateOf(text).kind === 'literal' ? run(text, scope) : filled(text, scope);
    return orLiteral(attempt, text);
  };
  const leaf = options.mode === 'loose' ? loose : filled;
  const value = (model: JsonValue, scope: Scope): JsonValue => {
    if (typeof model === 'string') return leaf(model, scope);
    if (isJsonArray(model)) return model.map((item) => value(item, scope));
    if (!isJsonObject(model)) return model;
    return Object.fromEntries(
      Object.entries(model).map(([key, item]) => [key, value(item, scope)]),
    );
  };
  return {
    mode: options.mode,
    evaluate: (text, scope) =>
      run(
        remember(sources, text, () => unwrap(text)),
        scope,
      ),
    wrapped(text, scope) {
      const template = templateOf(text);
      return template.kind === 'expression' ? run(template.source, scope) : text;
    },
    value,
  };
}

/** Compiles a source once for each set of variables and runs it; every failure is an `expression` error. */
function createRunner(limits: Limits): (source: string, scope: Scope) => JsonValue {
  const programs = new Map<string, Compiled[]>();
  const clock = { now: 0 };
  const compile = (source: string, names: readonly string[]): Compiled => ({
    names,
    program: compileJq(source, {
      // What a program does not name need not be bound each time it runs.
      variables: names.filter((name) => source.includes(name)),
      budget: { steps: limits.expressionSteps },
      stepsPerByte: limits.expressionStepsPerByte,
      host: { now: () => clock.now },
    }),
    secrets: secretsIn(source),
  });
  const compiled = (source: string, names: readonly string[]): Compiled => {
    const known = remember(programs, source, () => []);
    const found = known.find((each) => areEqual(each.names, names));
    if (found !== undefined) return found;
    const made = compile(source, names);
    known.push(made);
    return made;
  };
  return (source, scope) => {
    try {
      const { program, secrets } = compiled(source, Object.keys(scope.variables));
      requireSecrets(secrets, scope);
      clock.now = scope.now;
      return oneValue(program.run(scope.dot, scope.variables, scope.compute));
    } catch (error) {
      if (error instanceof WorkflowError || error instanceof RunTooHeavy) throw error;
      throw workflowError(
        'expression',
        `${messageOf(error)} in ${JSON.stringify(shorten(source))}`,
        { cause: error, isCatchable: !(error instanceof JqBudgetError) },
      );
    }
  };
}

function areEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, at) => name === right[at]);
}

/** No result is null, several are an array. */
function oneValue(results: readonly JsonValue[]): JsonValue {
  const [first = null] = results;
  return results.length > 1 ? results : first;
}

function fill(template: Template, text: string, run: (source: string) => JsonValue): JsonValue {
  switch (template.kind) {
    case 'literal':
      return text;
    case 'expression':
      return run(template.source);
    case 'mixed':
      return template.parts
        .map((part) => ('text' in part ? part.text : textOf(run(part.source))))
        .join('');
    case 'unclosed':
      throw workflowError(
        'expression',
        `\${ without its closing brace in ${JSON.stringify(shorten(text))}`,
      );
  }
}

/** Loose mode: what fails as an expression is a plain text. */
function orLiteral(attempt: () => JsonValue, text: string): JsonValue {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof WorkflowError && error.isCatchable && error.problem.status === 400)
      return text;
    throw error;
  }
}

function requireSecrets(names: readonly string[], scope: Scope): void {
  const secrets: JsonObject = isJsonObject(scope.variables['secrets'])
    ? scope.variables['secrets']
    : {};
  const missing = names.find((name) => !Object.hasOwn(secrets, name));
  if (missing === undefined) return;
  throw workflowError(
    'authorization',
    `secret ${JSON.stringify(missing)} is not available to this workflow: it is not set, or its list of agents does not name this one`,
  );
}

function remember<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

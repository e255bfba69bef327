import { isJsonObject, type JsonValue } from '../kernel/json.ts';
import type { Definition } from './definition.ts';
import { pointer } from './dsl/finding.ts';
import { createExpressions, isTruthy } from './expressions.ts';
import { JqBudgetError } from './jq/errors.ts';
import { isJsonArray } from './json-text.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { compileSchema, type SchemaFault } from './schema.ts';

/** One reason why an input is not accepted. */
export interface InputProblem {
  readonly code: string;
  /** JSON pointer into the input; empty for the input as a whole. */
  readonly field: string;
  readonly message: string;
}

export type InputLimits = Pick<Limits, 'inputBytes' | 'inputDepth'>;

/** The one name that sets something else than a property where a program is careless. */
const forbiddenKey = '__proto__';

/** Everything that is wrong with an input before a job is made of it: form first, then schema and business rules together. */
export function checkInput(
  definition: Definition,
  input: JsonValue,
  limits: InputLimits = defaultLimits,
): InputProblem[] {
  const form = checkForm(input, limits);
  return form.length > 0
    ? form
    : [...schemaFaults(definition, input).map(asProblem), ...checkRules(definition, input)];
}

/** What is wrong with a value that has to fit a schema of its own: form first, then the schema. */
export function checkData(schema: JsonValue, data: JsonValue, limits: InputLimits): InputProblem[] {
  const form = checkForm(data, limits);
  return form.length > 0 ? form : compileSchema(schema)(data).map(asProblem);
}

/** What a thread that serves others may spend on an input: a few milliseconds. */
const brief = { schemaCharacters: 16_384, schemaSteps: 100_000, rules: 20, ruleSteps: 5_000 };

/** The same problems as `checkInput` finds; undefined where finding them may take long, and belongs on another thread. */
export function checkInputBriefly(
  definition: Definition,
  input: JsonValue,
  limits: InputLimits = defaultLimits,
): InputProblem[] | undefined {
  const form = checkForm(input, limits);
  if (form.length > 0) return form;
  const quick = briefly(definition);
  if (quick === undefined) return undefined;
  const faults = schemaFaults(quick, input, brief.schemaSteps);
  if (faults.some(({ isCost }) => isCost === true)) return undefined;
  const rules = rulesOf(quick).map((rule) => ({ rule, reason: violation(quick, rule, input) }));
  if (rules.some(({ reason }) => reason?.isOverBudget === true)) return undefined;
  return [...faults.map(asProblem), ...rules.flatMap(ruleProblem)];
}

const briefDefinitions = new WeakMap<Definition, { readonly definition?: Definition }>();

/** The definition with small budgets; undefined when its schema or rules are large. */
function briefly(definition: Definition): Definition | undefined {
  const known = briefDefinitions.get(definition) ?? makeBrief(definition);
  briefDefinitions.set(definition, known);
  return known.definition;
}

function makeBrief(definition: Definition): { readonly definition?: Definition } {
  const { document } = definition;
  const rules = rulesOf(definition);
  const size = JSON.stringify([document.input?.schema?.document, rules]).length;
  if (size > brief.schemaCharacters || rules.length > brief.rules) return {};
  const limits = {
    ...defaultLimits,
    expressionSteps: brief.ruleSteps,
    expressionStepsPerByte: 0,
  };
  const expressions = createExpressions({ mode: document.evaluate?.mode ?? 'strict', limits });
  return { definition: { document, expressions } };
}

function checkForm(input: JsonValue, limits: InputLimits): InputProblem[] {
  const tooDeep = firstAt(input, (_, depth) => depth > limits.inputDepth);
  if (tooDeep !== undefined)
    return [
      {
        code: 'INPUT_INVALID',
        field: '',
        message: `nested deeper than ${String(limits.inputDepth)} levels`,
      },
    ];
  const size = Buffer.byteLength(JSON.stringify(input));
  if (size > limits.inputBytes) {
    return [
      {
        code: 'PAYLOAD_TOO_LARGE',
        field: '',
        message: `the input has ${String(size)} bytes, ${String(limits.inputBytes)} are allowed`,
      },
    ];
  }
  const forbidden = firstAt(input, (key) => key === forbiddenKey);
  return forbidden === undefined
    ? []
    : [{ code: 'INPUT_INVALID', field: forbidden, message: 'a key of this name is not accepted' }];
}

/** Pointer of the first value for which a test on its key and depth holds; goes no deeper than the test allows. */
function firstAt(
  value: JsonValue,
  test: (key: string, depth: number) => boolean,
  at = { path: '', depth: 1 },
): string | undefined {
  if (!isJsonArray(value) && !isJsonObject(value)) return undefined;
  for (const [key, item] of Object.entries<JsonValue>(value)) {
    const path = pointer(at.path, key);
    const found = test(key, at.depth) ? path : firstAt(item, test, { path, depth: at.depth + 1 });
    if (found !== undefined) return found;
  }
  return undefined;
}

function schemaFaults({ document }: Definition, input: JsonValue, steps?: number): SchemaFault[] {
  const schema = document.input?.schema?.document;
  return schema === undefined ? [] : compileSchema(schema)(input, steps);
}

function asProblem({ path, message }: SchemaFault): InputProblem {
  return { code: 'INPUT_INVALID', field: path, message };
}

/** One entry of `document.metadata.rules`: refused when `when` holds, or when `check` does not. */
interface Rule {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  readonly when?: string;
  readonly check?: string;
}

function checkRules(definition: Definition, input: JsonValue): InputProblem[] {
  return rulesOf(definition)
    .map((rule) => ({ rule, reason: violation(definition, rule, input) }))
    .flatMap(ruleProblem);
}

interface Violation {
  readonly message: string;
  readonly isOverBudget: boolean;
}

function ruleProblem(judged: {
  readonly rule: Rule;
  readonly reason: Violation | undefined;
}): InputProblem[] {
  const { rule, reason } = judged;
  return reason === undefined
    ? []
    : [{ code: rule.code, field: rule.path, message: reason.message }];
}

function rulesOf({ document }: Definition): Rule[] {
  const rules = document.document.metadata?.['rules'];
  return isJsonArray(rules) ? rules.flatMap((rule) => asRule(rule) ?? []) : [];
}

/** Reads one rule; undefined when it is none. */
export function asRule(value: JsonValue): Rule | undefined {
  if (!isJsonObject(value)) return undefined;
  const { code, message, path = '', when, check } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof path !== 'string')
    return undefined;
  if ((typeof when === 'string') === (typeof check === 'string')) return undefined;
  return {
    code,
    message,
    path,
    ...(typeof when === 'string' ? { when } : {}),
    ...(typeof check === 'string' ? { check } : {}),
  };
}

/** A rule that fails to evaluate is broken by the input: better refused here than faulted later. */
function violation(
  { expressions }: Definition,
  rule: Rule,
  input: JsonValue,
): Violation | undefined {
  const scope = { dot: input, variables: {}, now: 0 };
  try {
    const isBroken =
      rule.when === undefined
        ? !isTruthy(expressions.evaluate(rule.check ?? 'true', scope))
        : isTruthy(expressions.evaluate(rule.when, scope));
    return isBroken ? { message: rule.message, isOverBudget: false } : undefined;
  } catch (error) {
    const isOverBudget = error instanceof Error && error.cause instanceof JqBudgetError;
    const message = `${rule.message} (the rule could not be evaluated on this input)`;
    return { message, isOverBudget };
  }
}

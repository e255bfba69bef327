import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { bytesPerStep, type Compute } from './compute.ts';
import type { Execution } from './execution.ts';
import type { Expressions, Scope } from './expressions.ts';
import { workflowError } from './problem.ts';
import { compileSchema, type Validator } from './schema.ts';

/** `input.from`: a string is an expression, an object is filled leaf by leaf. */
export function transform(
  model: string | JsonObject | undefined,
  scope: Scope,
  expressions: Expressions,
): JsonValue {
  if (model === undefined) return scope.dot;
  return typeof model === 'string'
    ? expressions.evaluate(model, scope)
    : expressions.value(model, scope);
}

/** Throws `validation` with every fault when the value does not fit. */
export function requireValid(value: JsonValue, schema: JsonValue, what: string): void {
  const faults = validatorOf(schema, what)(value);
  if (faults.length === 0) return;
  const listed = faults
    .slice(0, 10)
    .map((fault) => `${fault.path === '' ? 'the value' : fault.path} ${fault.message}`);
  throw workflowError('validation', `${what} is not valid: ${listed.join('; ')}`);
}

function validatorOf(schema: JsonValue, what: string): Validator {
  try {
    return compileSchema(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw workflowError('configuration', `the schema of ${what} does not compile: ${reason}`, {
      cause: error,
    });
  }
}

/** How large a value may be, and who pays for measuring it. */
interface SizeLimit {
  readonly bytes: number;
  readonly compute: Compute;
}

/** Throws `runtime` when a value is larger than allowed, before it is kept. */
export function requireSize(value: JsonValue, { bytes, compute }: SizeLimit, what: string): void {
  if (isSurelySmall(value)) return;
  const size = sizeOf(value);
  compute.spend(Math.ceil(size / bytesPerStep));
  if (size <= bytes) return;
  const detail = `${what} has ${String(size)} bytes, ${String(bytes)} are allowed`;
  throw workflowError('runtime', detail, { isCatchable: false });
}

/** What outputs and contexts of a run are measured by. */
export function outputLimit({ limits, compute }: Pick<Execution, 'limits' | 'compute'>): SizeLimit {
  return { bytes: limits.outputBytes, compute };
}

/** Bytes of a value as JSON. */
export function sizeOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function isSurelySmall(value: JsonValue): boolean {
  if (typeof value === 'string') return value.length < 1_000;
  return typeof value !== 'object' || value === null;
}

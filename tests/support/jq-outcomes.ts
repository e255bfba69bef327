import {
  compileJq,
  JqBudgetError,
  JqRuntimeError,
  JqSyntaxError,
} from '../../engine/jq/compile.ts';
import { isJsonNumber, isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Outcome } from './real-jq.ts';

const budget = { steps: 20_000_000, outputs: 100_000, bytes: 500_000_000 };

/** Ours refuses to compile what jq finds out when it runs. */
const isRefusedPattern = /is no regular expression|is not a valid modifier string/;

/** What our jq makes of a program and an input; undefined where it would take too long, or is refused beforehand. */
export function ourOutcome(program: string, input: JsonValue): Outcome | undefined {
  try {
    return { values: compileJq(program, { budget }).run(input) };
  } catch (error) {
    if (error instanceof JqBudgetError) return undefined;
    if (error instanceof JqSyntaxError && isRefusedPattern.test(error.message)) return undefined;
    if (!(error instanceof JqRuntimeError)) throw error;
    return { error: error.value };
  }
}

/** True when both come to the same: keys in any order, and the last digits of sines are the C library's own. */
export function isSameOutcome(left: Outcome, right: Outcome): boolean {
  return textOf(left) === textOf(right);
}

function textOf(outcome: Outcome): string {
  return JSON.stringify(
    'error' in outcome ? { error: plain(outcome.error) } : outcome.values.map(plain),
  );
}

/** As jq prints it. */
function finite(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function plain(value: JsonValue): JsonValue {
  if (isJsonNumber(value)) return Number(finite(value.valueOf()).toPrecision(13)) + 0;
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, plain(value[key] ?? null)]));
}

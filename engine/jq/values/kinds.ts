import { ExactNumber, isOutOfRange, numberOf } from '../../../kernel/exact-number.ts';
import { isJsonNumber, type JsonObject, type JsonValue } from '../../../kernel/json.ts';

export type Value = JsonValue;
export type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      if (value === null) return 'null';
      if (value instanceof ExactNumber) return 'number';
      return Array.isArray(value) ? 'array' : 'object';
  }
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

/** True for any number, exact or not. */
export function isNumber(value: Value): value is number | ExactNumber {
  return isJsonNumber(value);
}

/** Any number as the double that one calculates with; what is none stays as it is. */
export function calculable(value: Value): Exclude<Value, ExactNumber> {
  return value instanceof ExactNumber ? value.valueOf() : value;
}

/** The number of a literal, which keeps its digits where it is unchanged; what is out of range is a double as in jq. */
export function literalNumber(text: string): Value {
  const number = numberOf(text);
  return number instanceof ExactNumber && isOutOfRange(number) ? number.valueOf() : number;
}

/** The number with the other sign; an exact one stays exact. */
export function negated(value: number | ExactNumber): Value {
  if (typeof value === 'number') return -value;
  const { text } = value;
  return new ExactNumber(text.startsWith('-') ? text.slice(1) : `-${text}`);
}

/** Without its sign; an exact one stays exact. */
export function absolute(value: number | ExactNumber): Value {
  if (typeof value === 'number') return Math.abs(value);
  return value.valueOf() < 0 ? negated(value) : value;
}

/** All but `null` and `false`. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false;
}

import type { Ajv, FuncKeywordDefinition } from 'ajv';
import { decimalOf, isMultiple, isWhole } from '../kernel/decimal.ts';
import {
  compareNumbers,
  ExactNumber,
  hasMadeExactNumbers,
  isOutOfRange,
} from '../kernel/exact-number.ts';
import type { JsonValue } from '../kernel/json.ts';
import { canonicalText } from './canonical-text.ts';
import { ajv07 } from './packages.ts';

/** What is checked at the moment. */
export interface Checked {
  /** The value as it is, where it holds numbers that the validator sees as plain ones. */
  original?: JsonValue | undefined;
}

/** Where the value of a keyword stands in what is checked. */
export interface Place {
  readonly instancePath: string;
}

/** What ajv calls a keyword with. */
export type Given<Schema, Data> = [schema: Schema, data: Data, parent?: unknown, place?: Place];

type AnyNumber = number | ExactNumber;

/** Gives a validator plain numbers in the places of exact ones, and our keywords the exact ones. */
export function checkExactly(
  checked: Checked,
  value: JsonValue,
  validate: (value: unknown) => boolean,
): boolean {
  if (!hasMadeExactNumbers()) return validate(value);
  const plain = mapNumbers(value, standIn);
  checked.original = plain === value ? undefined : value;
  try {
    return validate(plain);
  } finally {
    checked.original = undefined;
  }
}

/** A value with doubles for exact numbers. */
export function withDoubles(value: JsonValue): JsonValue {
  return hasMadeExactNumbers() ? mapNumbers(value, (number) => number.valueOf()) : value;
}

/** The part of what is checked that a keyword was given, with its exact numbers. */
export function exactPart(checked: Checked, data: unknown, place?: Place): unknown {
  const { original } = checked;
  if (original === undefined || place === undefined) return data;
  let part: unknown = original;
  for (const key of place.instancePath.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    part = Object.getOwnPropertyDescriptor(part, name)?.value;
  }
  return part;
}

/** Replaces the keywords that compare numbers by ones that compare decimals, as JSON Schema does. */
export function addDecimalKeywords(
  ajv: Ajv,
  checked: Checked,
  spend: (steps: number) => void,
): void {
  const { _ } = ajv07();
  for (const [keyword, { sign, holds }] of Object.entries(limits))
    replace(ajv, {
      ...{ keyword, type: 'number', schemaType: ['number', 'object'], errors: false },
      error: {
        message: ({ schemaCode }) => _`${`must be ${sign} `} + String(${schemaCode})`,
        params: ({ schemaCode }) => _`{comparison: ${sign}, limit: ${schemaCode}}`,
      },
      validate: (...[limit, data, , place]: Given<AnyNumber, number>) =>
        holds(compareNumbers(numberAt(checked, data, place), limit)),
    });
  replace(ajv, {
    ...{ keyword: 'multipleOf', type: 'number', schemaType: ['number', 'object'], errors: false },
    error: {
      message: ({ schemaCode }) => _`"must be multiple of " + String(${schemaCode})`,
      params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
    },
    validate: (...[step, data, , place]: Given<AnyNumber, number>) =>
      isMultipleOf(numberAt(checked, data, place), step),
  });
  const keyOf = (data: unknown, place?: Place): string => {
    const text = canonicalText(exactPart(checked, data, place));
    spend(text.length / 8);
    return text;
  };
  replace(ajv, {
    ...{ keyword: 'const', errors: false },
    error: {
      message: 'must be equal to constant',
      params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}`,
    },
    compile: (wanted: unknown) => {
      const key = canonicalText(wanted);
      return (data: unknown, place?: Place) => keyOf(data, place) === key;
    },
  });
  replace(ajv, {
    ...{ keyword: 'enum', schemaType: 'array', errors: false },
    error: {
      message: 'must be equal to one of the allowed values',
      params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
    },
    compile: (wanted: readonly unknown[]) => {
      const keys = new Set(wanted.map(canonicalText));
      return (data: unknown, place?: Place) => keys.has(keyOf(data, place));
    },
  });
}

const limits = {
  minimum: { sign: '>=', holds: (order: number) => order >= 0 },
  maximum: { sign: '<=', holds: (order: number) => order <= 0 },
  exclusiveMinimum: { sign: '>', holds: (order: number) => order > 0 },
  exclusiveMaximum: { sign: '<', holds: (order: number) => order < 0 },
};

function replace(ajv: Ajv, definition: FuncKeywordDefinition): void {
  ajv.removeKeyword(String(definition.keyword));
  ajv.addKeyword(definition);
}

/** Keywords for numbers are asked for numbers only. */
function numberAt(checked: Checked, data: number, place?: Place): AnyNumber {
  const part = exactPart(checked, data, place);
  return part instanceof ExactNumber ? part : data;
}

function isMultipleOf(value: AnyNumber, step: AnyNumber): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step))
    return value.valueOf() % step.valueOf() === 0;
  if (isOdd(value) || isOdd(step)) return false;
  return isMultiple(decimalOf(String(value)), decimalOf(String(step)));
}

function isOdd(number: AnyNumber): boolean {
  return number instanceof ExactNumber ? isOutOfRange(number) : !Number.isFinite(number);
}

/** A plain number of the same kind: whole, or not. */
function standIn(number: ExactNumber): number {
  if (isOutOfRange(number)) return number.valueOf();
  return isWhole(decimalOf(number.text)) ? 1 : 0.5;
}

/** The same value where nothing changes. */
function mapNumbers(value: JsonValue, change: (number: ExactNumber) => number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return change(value);
  if (isList(value)) {
    const items = value.map((item) => mapNumbers(item, change));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const members = Object.entries(value).map(([name, item]): [string, JsonValue] => [
    name,
    mapNumbers(item, change),
  ]);
  return members.every(([name, item]) => item === value[name])
    ? value
    : Object.fromEntries(members);
}

/** `Array.isArray` alone does not know read-only ones. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

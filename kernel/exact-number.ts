import { compareDecimals, decimalOf } from './decimal.ts';

let hasMade = false;

/** False as long as this thread has not seen any: then no value of it holds one. */
export function hasMadeExactNumbers(): boolean {
  return hasMade;
}

/** The most characters that the text of a number may have. */
const maxNumberLength = 1_000;

/**
 * A number that a double cannot hold without changing it: it keeps the text it came with. `JSON.stringify` writes that
 * text, `String` gives it, and arithmetic takes the nearest double. Numbers that a double holds stay plain numbers.
 */
export class ExactNumber {
  /** As JSON has it. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    hasMade = true;
  }

  /** The nearest double. */
  valueOf(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): unknown {
    return rawJson(this.text);
  }
}

/** The number that a JSON text of one stands for: a plain one where that keeps its value and its digits. */
export function numberOf(text: string): number | ExactNumber {
  const double = Number(text);
  return isKept(text, double) ? double : new ExactNumber(text);
}

/** The same text for equal numbers, for almost all of them. */
export function spelling(number: number | ExactNumber): string {
  const double = number.valueOf();
  return String(compareNumbers(number, double) === 0 ? double : number);
}

/** Which of two numbers is the greater, as decimals: below, above or equal to zero. */
export function compareNumbers(left: number | ExactNumber, right: number | ExactNumber): number {
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : 0;
  const [low, high] = [left.valueOf(), right.valueOf()];
  // What doubles tell apart is apart; they never turn the order round.
  if (low !== high) return low < high ? -1 : 1;
  if ([left, right].some((one) => one instanceof ExactNumber && isOutOfRange(one))) return 0;
  return compareDecimals(decimalOf(String(left)), decimalOf(String(right)));
}

/**
 * For a replacer of `JSON.stringify`: a number whose digits may be spelt in several ways, as raw text in the one way that
 * all equal numbers have; undefined for any other value.
 */
export function canonicalNumber(item: unknown): unknown {
  if (typeof item === 'number')
    return Math.abs(item) >= 1e21 && Number.isFinite(item) ? canonical(String(item)) : undefined;
  // What `toJSON` gave, by then.
  return isRawJson(item) ? canonical(item.rawJSON) : undefined;
}

function canonical(text: string): unknown {
  const { digits, exponent } = decimalOf(text);
  if (digits === 0n) return rawJson('0');
  const written = String(digits);
  let end = written.length;
  while (written.charAt(end - 1) === '0') end -= 1;
  return rawJson(`${written.slice(0, end)}e${String(exponent + written.length - end)}`);
}

/** True for a number that is too large, too small or too long to be worked with. */
export function isOutOfRange(number: ExactNumber): boolean {
  const { text } = number;
  const double = number.valueOf();
  if (text.length > maxNumberLength || !Number.isFinite(double)) return true;
  return double === 0 && /[1-9]/.test(text.replace(/[eE].*$/s, ''));
}

/** How many digits a double always keeps. */
const safeDigits = 15;

function isKept(text: string, double: number): boolean {
  if (text.length <= safeDigits && !/[eE]/.test(text)) return true;
  const written = String(double);
  if (written === text) return true;
  // Whole numbers would be written with an exponent.
  if (!Number.isFinite(double) || /^-?\d{22,}$/.test(text) || text.length > maxNumberLength)
    return false;
  return compareDecimals(decimalOf(text), decimalOf(written)) === 0;
}

interface RawJson {
  readonly rawJSON: string;
}

// Not in the library's types yet.
const rawTexts = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

function rawJson(text: string): RawJson {
  return rawTexts.rawJSON(text);
}

function isRawJson(value: unknown): value is RawJson {
  return rawTexts.isRawJSON(value);
}

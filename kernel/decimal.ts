/** `digits * 10 ** exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The decimal that a JSON number's text, or the text of a finite double, is written as. */
export function decimalOf(text: string): Decimal {
  const [mantissa = '', power = '0'] = text.split(/[eE]/);
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** Below, above or equal to zero, as the first is less, greater or equal. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const [first, second] = aligned(left, right);
  return first < second ? -1 : first > second ? 1 : 0;
}

/** True when the first is a whole multiple of the second; nothing but zero is one of zero. */
export function isMultiple(value: Decimal, of: Decimal): boolean {
  const [first, second] = aligned(value, of);
  return second === 0n ? first === 0n : first % second === 0n;
}

/** True for a number without a part behind the point. */
export function isWhole({ digits, exponent }: Decimal): boolean {
  return exponent >= 0 || digits % 10n ** BigInt(-exponent) === 0n;
}

/** The digits of both with one exponent. */
function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(left.exponent, right.exponent);
  return [scaled(left, exponent), scaled(right, exponent)];
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits === 0n ? 0n : digits * 10n ** BigInt(exponent - to);
}

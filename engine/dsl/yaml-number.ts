import { trimEndOf } from '../../kernel/trim-end.ts';

/** Digits that every double keeps. */
const surelyKept = 15;

/** Whether a number as YAML writes it is the double that was made of it, to the last digit. */
export function keepsDigits(source: string, value: number): boolean {
  if (source.length <= surelyKept && value !== 0) return true;
  if (/^[-+]?0[xo]/i.test(source)) return isSameWhole(source, value);
  const written = digitsOf(source);
  const kept = digitsOf(String(value));
  if (written.digits === '') return true;
  return written.digits === kept.digits && written.exponent === kept.exponent;
}

function isSameWhole(source: string, value: number): boolean {
  const size = BigInt(source.replace(/^[-+]/, ''));
  return size === BigInt(Math.abs(value));
}

interface Digits {
  /** Without zeros at either end. */
  readonly digits: string;
  /** Of the last digit. */
  readonly exponent: number;
}

function digitsOf(text: string): Digits {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[-+]/, '').split('.');
  const all = `${whole}${fraction}`;
  const significant = trimEndOf(all, '0');
  return {
    digits: significant.replace(/^0+/, ''),
    exponent: Number(exponent) - fraction.length + all.length - significant.length,
  };
}

const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/**
 * What jq takes for a number, by General Decimal Arithmetic: digits with a point anywhere and any sign, `infinity` and
 * `nan` in any case. Answers the digits as JSON spells them, or the double that is none; undefined for any other text.
 */
export function readNumber(text: string): string | number | undefined {
  const word = text.toLowerCase();
  if (/^[+-]?s?nan0*$/.test(word)) return NaN;
  if (/^[+-]?inf(?:inity)?$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  const [, sign = '', whole = '', fraction = '', exponent] = decimal.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  return `${sign.replace('+', '')}${withoutZeros(whole)}${after('.', fraction)}${after('e', exponent)}`;
}

function withoutZeros(whole: string): string {
  return whole === '' ? '0' : whole.slice(whole.search(/[1-9]|\d$/));
}

function after(mark: string, digits = ''): string {
  return digits === '' ? '' : mark + digits;
}

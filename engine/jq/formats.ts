import { isUtf8 } from 'node:buffer';
import { trimEndOf } from '../../kernel/trim-end.ts';
import type { Meter } from './meter.ts';
import { JqRuntimeError } from './errors.ts';
import { describe, dump } from './values/dump.ts';
import { isArray, isNumber } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';

/** Turns a value into text, as `@name` does. */
export type Formatter = (value: Value, meter: Meter) => string;

export function formatter(name: string): Formatter | undefined {
  return formats.get(name);
}

/** A string as it is, anything else as JSON. */
export function toText(value: Value, meter: Meter): string {
  return typeof value === 'string' ? value : dump(value, meter);
}

/** Replaces characters by their entries in the table, in its order: what escapes comes before what it is escaped with. */
function escaping(escapes: Readonly<Record<string, string>>) {
  const replacements = Object.entries(escapes);
  return (text: string, meter: Meter): string => {
    meter.work(text.length >> 3);
    meter.allocate(text.length * 2);
    return replacements.reduce(
      (escaped, [found, escape]) => escaped.replaceAll(found, () => escape),
      text,
    );
  };
}

const escapeHtml = escaping({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
});
const escapeTsv = escaping({ '\\': '\\\\', '\t': '\\t', '\r': '\\r', '\n': '\\n' });
const escapeCsv = escaping({ '"': '""' });
const escapeShell = escaping({ "'": "'\\''" });

interface RowFormat {
  readonly name: string;
  readonly separator: string;
  readonly quote: (text: string, meter: Meter) => string;
}

function row(value: Value, meter: Meter, { name, separator, quote }: RowFormat): string {
  if (!isArray(value))
    throw new JqRuntimeError(`${describe(value, meter)} cannot be ${name}-formatted, only array`);
  const cells = value.map((cell) => {
    meter.step();
    if (typeof cell === 'string') return quote(cell, meter);
    if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '';
    if (typeof cell === 'object' && !isNumber(cell))
      throw new JqRuntimeError(`${describe(cell, meter)} is not valid in a csv row`);
    return dump(cell, meter);
  });
  return cells.join(separator);
}

function toShell(value: Value, meter: Meter): string {
  const words = isArray(value) ? value : [value];
  return words
    .map((word) => {
      meter.step();
      if (typeof word === 'string') return `'${escapeShell(word, meter)}'`;
      if (typeof word === 'object' && word !== null && !isNumber(word))
        throw new JqRuntimeError(`${describe(word, meter)} can not be escaped for shell`);
      return dump(word, meter);
    })
    .join(' ');
}

function encoded(text: string, meter: Meter): Buffer {
  meter.work(text.length >> 3);
  meter.allocate(text.length * 4);
  return Buffer.from(text.toWellFormed());
}

function encodeUri(value: Value, meter: Meter): string {
  const text = toText(value, meter);
  meter.work(text.length >> 2);
  meter.allocate(text.length * 4);
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodeUri(value: Value, meter: Meter): string {
  const text = toText(value, meter);
  const bytes = encoded(text, meter);
  const decoded = bytes
    .toString('latin1')
    .replace(/%([\da-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  const decodedBytes = Buffer.from(decoded, 'latin1');
  if (/%/.test(text.replace(/%[\da-fA-F]{2}/g, '')) || !isUtf8(decodedBytes))
    throw new JqRuntimeError(`${describe(text, meter)} is not a valid uri encoding`);
  return decodedBytes.toString();
}

function decodeBase64(value: Value, meter: Meter): string {
  const text = toText(value, meter);
  const digits = text.split('=', 1)[0] ?? '';
  if (!/^[A-Za-z0-9+/]*$/.test(digits))
    throw new JqRuntimeError(`${describe(text, meter)} is not valid base64 data`);
  if (digits.length % 4 === 1)
    throw new JqRuntimeError(`${describe(text, meter)} trailing base64 byte found`);
  meter.work(text.length >> 3);
  meter.allocate(text.length * 2);
  return decodedUtf8(Buffer.from(digits, 'base64'));
}

/** As jq, which makes all that is left one U+FFFD where a character would need more bytes than there are. */
function decodedUtf8(bytes: Buffer): string {
  const from = Math.max(bytes.length - 3, 0);
  const last = bytes.subarray(from);
  const cut = last.findIndex((byte, at) => bytesOfCharacter(byte) > last.length - at);
  return cut === -1 ? bytes.toString() : `${bytes.subarray(0, from + cut).toString()}\uFFFD`;
}

function bytesOfCharacter(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function toBase32(bytes: Buffer, meter: Meter): string {
  meter.work(bytes.length);
  let text = '';
  for (let at = 0; at < bytes.length; at += 5) {
    const group = bytes.subarray(at, at + 5);
    let bits = group.reduce((sum, byte, index) => sum + byte * 2 ** (32 - 8 * index), 0);
    let digits = '';
    for (let digit = 0; digit < 8; digit++, bits = Math.floor(bits / 32))
      digits = base32Digits.charAt(bits % 32) + digits;
    text += digits.slice(0, Math.ceil((group.length * 8) / 5)).padEnd(8, '=');
  }
  return text;
}

function fromBase32(value: Value, meter: Meter): string {
  const text = toText(value, meter);
  const digits = trimEndOf(text, '=');
  meter.work(text.length);
  meter.allocate(text.length * 2);
  if (!/^[A-Z2-7]*$/.test(digits))
    throw new JqRuntimeError(`${describe(text, meter)} is not valid base32 data`);
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const digit of digits) {
    bits = ((bits << 5) | base32Digits.indexOf(digit)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Buffer.from(bytes).toString();
}

const formats = new Map<string, Formatter>([
  ['text', toText],
  ['json', dump],
  [
    'csv',
    (value, meter) =>
      row(value, meter, {
        name: 'csv',
        separator: ',',
        quote: (text, meter: Meter) => `"${escapeCsv(text, meter)}"`,
      }),
  ],
  ['tsv', (value, meter) => row(value, meter, { name: 'tsv', separator: '\t', quote: escapeTsv })],
  ['html', (value, meter) => escapeHtml(toText(value, meter), meter)],
  ['uri', encodeUri],
  ['urid', decodeUri],
  ['sh', toShell],
  ['base64', (value, meter) => encoded(toText(value, meter), meter).toString('base64')],
  ['base64d', decodeBase64],
  ['base32', (value, meter) => toBase32(encoded(toText(value, meter), meter), meter)],
  ['base32d', fromBase32],
]);

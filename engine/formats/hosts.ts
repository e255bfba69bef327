import { domainToASCII, domainToUnicode } from 'node:url';
import { isLabelOfIdna } from './idna.ts';

/** RFC 1123 host name; labels in Punycode have to mean something. */
export function isHostname(text: string): boolean {
  return isWithinLength(text) && text.split('.').every(isAsciiLabel);
}

/** RFC 5890 internationalised host name. */
export function isIdnHostname(text: string): boolean {
  // In Punycode no name is shorter than its characters, of which each has at most two units.
  if (text === '' || text.length > 2 * 253) return false;
  const labels = text.split(/[.\u3002\uff0e\uff61]/u);
  return isWithinLength(labels.map(asciiOf).join('.')) && labels.every(isLabel);
}

function isWithinLength(text: string): boolean {
  return text.length > 0 && text.length <= 253;
}

function isAsciiLabel(label: string): boolean {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)) return false;
  if (!/^..--/.test(label)) return true;
  return /^xn--/i.test(label) && isLabelOfIdna(domainToUnicode(label));
}

function isLabel(label: string): boolean {
  if (/^[\0-\x7f]*$/.test(label)) return isAsciiLabel(label);
  return asciiOf(label).length <= 63 && isLabelOfIdna(label);
}

function asciiOf(label: string): string {
  return domainToASCII(label);
}

/** RFC 2673 dotted quad, without leading zeros. */
export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** RFC 4291 section 2.2, without a zone. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const last = text.slice(text.lastIndexOf(':') + 1);
  const isMixed = last.includes('.');
  if (isMixed && !isIpv4(last)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const plain = isMixed ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = plain.length + (isMixed ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

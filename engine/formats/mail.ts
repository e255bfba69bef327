import { isHostname, isIdnHostname, isIpv4, isIpv6 } from './hosts.ts';

/** RFC 5321 `Mailbox`. */
export function isEmail(text: string): boolean {
  return isMailbox(text, {
    atom: /^[\w!#$%&'*+/=?^`{|}~-]+$/,
    quoted: /^(?:[ !#-[\]-~]|\\[ -~])*$/,
    isHost: isHostname,
  });
}

/** RFC 6531 mailbox, in which all but ASCII is as good as a letter. */
export function isIdnEmail(text: string): boolean {
  return isMailbox(text, {
    atom: /^(?:[\w!#$%&'*+/=?^`{|}~-]|[^\0-\x7f])+$/u,
    quoted: /^(?:[ !#-[\]-~]|[^\0-\x7f]|\\[ -~])*$/u,
    isHost: isIdnHostname,
  });
}

interface Alphabet {
  readonly atom: RegExp;
  readonly quoted: RegExp;
  readonly isHost: (text: string) => boolean;
}

function isMailbox(text: string, alphabet: Alphabet): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1) return false;
  return isLocalPart(text.slice(0, at), alphabet) && isDomain(text.slice(at + 1), alphabet);
}

function isLocalPart(text: string, { atom, quoted }: Alphabet): boolean {
  if (Buffer.byteLength(text) > 64) return false;
  if (/^".*"$/s.test(text) && text.length >= 2) return quoted.test(text.slice(1, -1));
  return text.split('.').every((part) => atom.test(part));
}

function isDomain(text: string, { isHost }: Alphabet): boolean {
  const [, literal] = /^\[(.*)\]$/s.exec(text) ?? [];
  if (literal === undefined) return isHost(text);
  return /^ipv6:/i.test(literal) ? isIpv6(literal.slice(5)) : isIpv4(literal);
}

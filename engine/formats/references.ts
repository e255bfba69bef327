import { isIpv6 } from './hosts.ts';

/** What may stand in the parts of a reference, beside escapes. */
interface Alphabet {
  readonly unreserved: string;
  /** Only queries have these. */
  readonly privateUse: string;
}

const ascii: Alphabet = { unreserved: 'a-zA-Z0-9._~\\-', privateUse: '' };
/** RFC 3987 `ucschar` and `iprivate`. */
const unicode: Alphabet = {
  unreserved: `${ascii.unreserved}\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}${Array.from(
    { length: 14 },
    (_, plane) => `\\u{${(plane + 1).toString(16)}0000}-\\u{${(plane + 1).toString(16)}fffd}`,
  ).join('')}`,
  privateUse: '\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}',
};

const subDelimiters = "!$&'()*+,;=";
const escape = '%[0-9a-fA-F]{2}';

/** RFC 3986 URI, with its scheme. */
export const isUri = checker(ascii, true);
/** RFC 3986 URI or relative reference. */
export const isUriReference = checker(ascii, false);
/** RFC 3987 IRI, with its scheme. */
export const isIri = checker(unicode, true);
/** RFC 3987 IRI or relative reference. */
export const isIriReference = checker(unicode, false);

function checker(
  { unreserved, privateUse }: Alphabet,
  isAbsolute: boolean,
): (text: string) => boolean {
  const run = (more: string) =>
    new RegExp(`^(?:[${unreserved}${subDelimiters}${more}]|${escape})*$`, 'u');
  const userInfo = run(':');
  const host = run('');
  const path = run(':@/');
  const query = run(`:@/?${privateUse}`);
  const fragment = run(':@/?');

  function isAuthority(text: string): boolean {
    const at = text.lastIndexOf('@');
    if (at >= 0 && !userInfo.test(text.slice(0, at))) return false;
    const [, literal, name = '', port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(
      text.slice(at + 1),
    ) ?? [undefined, undefined, ' '];
    if (port !== undefined && !/^\d*$/.test(port)) return false;
    return literal === undefined ? host.test(name) : isLiteral(literal);
  }

  function isScheme(scheme: string | undefined): boolean {
    return scheme === undefined ? !isAbsolute : /^[a-z][a-z0-9+.-]*$/i.test(scheme);
  }

  return (text) => {
    const parts = takenApart(text);
    // What begins like a scheme is one.
    const isSchemeless = !/^[^/]*:/.test(parts.hierarchy);
    const isRest = query.test(parts.query) && fragment.test(parts.fragment);
    const isPath = path.test(parts.hierarchy) && (parts.scheme !== undefined || isSchemeless);
    return isScheme(parts.scheme) && isAuthority(parts.authority) && isPath && isRest;
  };
}

/** RFC 3986 appendix B: this takes every text apart. */
function takenApart(text: string) {
  const [, scheme, authority = '', hierarchy = '', query = '', fragment = ''] =
    /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  return { scheme, authority, hierarchy, query, fragment };
}

/** What stands in brackets for a host. */
function isLiteral(text: string): boolean {
  return isIpv6(text) || /^v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+$/i.test(text);
}

const variable = '(?:\\w|%[0-9a-fA-F]{2})(?:\\.?(?:\\w|%[0-9a-fA-F]{2}))*(?::[1-9]\\d{0,3}|\\*)?';
const expression = new RegExp(`^[+#./;?&=,!@|]?${variable}(?:,${variable})*$`);
const literals = new RegExp(
  `^(?:[!#$&(-;=?-[\\]_~\\u{a0}-\\u{d7ff}\\u{e000}-\\u{fdcf}\\u{fdf0}-\\u{ffef}\\u{10000}-\\u{10fffd}a-z]|${escape})*$`,
  'u',
);

/** RFC 6570 template of a URI. */
export function isUriTemplate(text: string): boolean {
  let rest = text;
  for (;;) {
    const open = rest.indexOf('{');
    if (open < 0) return literals.test(rest);
    const close = rest.indexOf('}', open);
    if (close < 0 || !literals.test(rest.slice(0, open))) return false;
    if (!expression.test(rest.slice(open + 1, close))) return false;
    rest = rest.slice(close + 1);
  }
}

import { JqRuntimeError } from '../errors.ts';

// Oniguruma's classes are those of Unicode, the engine's are ASCII.
const word = '\\p{L}\\p{M}\\p{N}\\p{Pc}';
const space = '\\s\\v\\x{85}\\p{Z}';

/** Escapes that the engine spells differently. */
const spellings: Readonly<Record<string, string>> = {
  w: `[${word}]`,
  W: `[^${word}]`,
  s: `[${space}]`,
  S: `[^${space}]`,
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  h: '[0-9a-fA-F]',
  H: '[^0-9a-fA-F]',
  Z: '\\z',
  e: '\\x1b',
  R: '(?:\\r\\n|[\\n\\v\\f\\r\\x{85}\\x{2028}\\x{2029}])',
  N: '[^\\n]',
  O: '(?s:.)',
};

const spellingsInClass: Readonly<Record<string, string>> = {
  w: word,
  s: space,
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  h: '0-9a-fA-F',
};

/** What cannot be matched in linear time, or has no counterpart. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/^\(\?[=!]/, 'look-ahead'],
  [/^\(\?<[=!]/, 'look-behind'],
  [/^\(\?>/, 'an atomic group'],
  [/^\(\?~/, 'an absent operator'],
  [/^\(\?\(/, 'a conditional'],
  [/^\\[1-9k]/, 'a back-reference'],
  [/^\\g/, 'a subexpression call'],
  [/^\\[GKXyY]/, 'this anchor'],
  [/^[*+?}]\+/, 'a possessive quantifier'],
];

/** Rewrites a pattern from Oniguruma's Perl dialect to the engine's; refuses what it cannot do. */
export function translate(pattern: string, isExtended: boolean): string {
  let result = '';
  let isInClass = false;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const piece: Piece = isInClass ? classPiece(rest) : plainPiece(rest, isExtended);
    isInClass = piece.isInClass;
    result += piece.text;
    at += piece.length;
  }
  return result;
}

/** The translation of the next so many characters, and whether a character class is open behind them. */
interface Piece {
  readonly text: string;
  readonly length: number;
  readonly isInClass: boolean;
}

function plainPiece(rest: string, isExtended: boolean): Piece {
  const found = refused.find(([start]) => start.test(rest));
  if (found !== undefined) fail(found[1]);
  if (rest.startsWith('\\')) return { text: escaped(rest, spellings), length: 2, isInClass: false };
  const ignored = isExtended ? /^(?:\s+|#[^\n]*)/.exec(rest)?.[0] : undefined;
  if (ignored !== undefined) return { text: '', length: ignored.length, isInClass: false };
  const opening = /^\[\^?\]?/.exec(rest)?.[0];
  if (opening === undefined) return { text: rest.charAt(0), length: 1, isInClass: false };
  // A bracket right at the start of a class is one of its characters.
  return { text: opening.replace(']', '\\]'), length: opening.length, isInClass: true };
}

function classPiece(rest: string): Piece {
  if (rest.startsWith('\\')) {
    return { text: escaped(rest, spellingsInClass), length: 2, isInClass: true };
  }
  const named = /^\[:\^?\w+:\]/.exec(rest)?.[0];
  if (named !== undefined) return { text: named, length: named.length, isInClass: true };
  if (/^(?:\[|&&)/.test(rest)) fail('a nested character class');
  return { text: rest.charAt(0), length: 1, isInClass: !rest.startsWith(']') };
}

function escaped(rest: string, table: Readonly<Record<string, string>>): string {
  const letter = rest.charAt(1);
  return (Object.hasOwn(table, letter) ? table[letter] : undefined) ?? rest.slice(0, 2);
}

function fail(what: string): never {
  throw new JqRuntimeError(`Regex failure: ${what} is not supported`);
}

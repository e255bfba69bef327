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

const inClassSpellings: Readonly<Record<string, string>> = {
  '\\w': word,
  '\\s': space,
  '\\d': '\\p{Nd}',
  '\\D': '\\P{Nd}',
  '\\h': '0-9a-fA-F',
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
  let at = 0;
  let inClass = 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at, at + 12);
    if (inClass === 0) refuse(rest);
    const piece = inClass > 0 ? classPiece(rest) : plainPiece(rest, isExtended);
    const { length } = piece;
    if (rest.startsWith('[')) inClass += rest.startsWith('[:') && inClass > 0 ? 0 : 1;
    else if (rest.startsWith(']')) inClass = Math.max(0, inClass - 1);
    const skipped =
      isExtended && inClass === 0 && rest.startsWith('#') ? commentLength(pattern, at) : length;
    result += piece.text;
    at += skipped;
  }
  return result;
}

interface Piece {
  readonly text: string;
  readonly length: number;
}

function refuse(rest: string): void {
  const found = refused.find(([start]) => start.test(rest));
  if (found !== undefined) throw new JqRuntimeError(`Regex failure: ${found[1]} is not supported`);
}

function plainPiece(rest: string, isExtended: boolean): Piece {
  if (rest.startsWith('\\')) return escapePiece(rest);
  if (isExtended && /^[\s#]/.test(rest)) return { text: '', length: 1 };
  return { text: rest.charAt(0), length: 1 };
}

function classPiece(rest: string): Piece {
  const listed = Object.hasOwn(inClassSpellings, rest.slice(0, 2))
    ? inClassSpellings[rest.slice(0, 2)]
    : undefined;
  if (listed !== undefined) return { text: listed, length: 2 };
  if (rest.startsWith('[:')) {
    const name = /^\[:\^?\w+:\]/.exec(rest)?.[0];
    if (name !== undefined) return { text: name, length: name.length };
  }
  if (rest.startsWith('[') || rest.startsWith('&&'))
    throw new JqRuntimeError('Regex failure: a nested character class is not supported');
  return rest.startsWith('\\')
    ? { text: rest.slice(0, 2), length: 2 }
    : { text: rest.charAt(0), length: 1 };
}

function escapePiece(rest: string): Piece {
  const letter = rest.charAt(1);
  const spelled = Object.hasOwn(spellings, letter) ? spellings[letter] : undefined;
  return { text: spelled ?? rest.slice(0, 2), length: 2 };
}

function commentLength(pattern: string, at: number): number {
  const end = pattern.indexOf('\n', at);
  return end === -1 ? pattern.length - at : end - at + 1;
}

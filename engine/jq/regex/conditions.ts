import { folded, isWord } from './classes.ts';
import type { Anchor } from './syntax.ts';

interface Position {
  readonly text: string;
  readonly at: number;
  /** Where the search began. */
  readonly start: number;
}

const conditions: { readonly [Each in Anchor]: (position: Position) => boolean } = {
  'begin-text': ({ at }) => at === 0,
  'begin-line': ({ text, at }) => at === 0 || (text.charAt(at - 1) === '\n' && at < text.length),
  'end-text': isAtEnd,
  'end-text-or-newline': (position) => isAtEnd(position) || isBeforeLastNewline(position),
  'end-line': (position) => isAtEnd(position) || position.text.charAt(position.at) === '\n',
  word: ({ text, at }) => isBetween(text, at),
  'not-word': ({ text, at }) => !isBetween(text, at),
  'search-start': ({ at, start }) => at === start,
};

export function isAtAnchor(anchor: Anchor, position: Position): boolean {
  return conditions[anchor](position);
}

function isAtEnd({ text, at }: Position): boolean {
  return at === text.length;
}

function isBeforeLastNewline({ text, at }: Position): boolean {
  return at === text.length - 1 && text.charAt(at) === '\n';
}

/** Between a character of a word and one that is none, or the end of the text. */
function isBetween(text: string, at: number): boolean {
  const before = at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? at - 2 : at - 1;
  return isWordAt(text, before) !== isWordAt(text, at);
}

function isWordAt(text: string, at: number): boolean {
  const point = at < 0 ? undefined : text.codePointAt(at);
  return point !== undefined && isWord(point);
}

interface Captured {
  readonly text: string;
  readonly at: number;
  readonly registers: Int32Array;
}

/** Where the text goes on behind what a group has matched before; the last of several that took part counts. */
export function referenceEnd(
  { groups, isCaseless }: { readonly groups: readonly number[]; readonly isCaseless: boolean },
  { text, at, registers }: Captured,
): number | undefined {
  for (const group of groups.toReversed()) {
    const from = registers[group * 2] ?? -1;
    const to = registers[group * 2 + 1] ?? -1;
    if (from === -1 || to < from) continue;
    const wanted = text.slice(from, to);
    const found = text.slice(at, at + wanted.length);
    if (found === wanted || (isCaseless && fold(found) === fold(wanted))) return at + found.length;
  }
  return undefined;
}

function fold(text: string): string {
  return Array.from(text, (char) => String.fromCodePoint(folded(char.codePointAt(0) ?? 0))).join(
    '',
  );
}

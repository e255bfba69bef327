import { folded, isWord } from './classes.ts';
import type { Anchor } from './syntax.ts';

interface Position {
  readonly text: string;
  readonly at: number;
  /** Where the search began. */
  readonly start: number;
}

export function isAtAnchor(anchor: Anchor, { text, at, start }: Position): boolean {
  switch (anchor) {
    case 'begin-text':
      return at === 0;
    case 'begin-line':
      return at === 0 || (text.charAt(at - 1) === '\n' && at < text.length);
    case 'end-text':
      return at === text.length;
    case 'end-text-or-newline':
      return at === text.length || (at === text.length - 1 && text.charAt(at) === '\n');
    case 'end-line':
      return at === text.length || text.charAt(at) === '\n';
    case 'word':
      return isBetween(text, at);
    case 'not-word':
      return !isBetween(text, at);
    case 'search-start':
      return at === start;
  }
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

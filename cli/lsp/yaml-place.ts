import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { wordBefore } from './word-around.ts';

/** Where in a document somebody stands. */
export interface YamlPlace {
  /** Names and indexes from the root to the value; with `isKey` to the object that has or gets the key. */
  readonly path: readonly (string | number)[];
  /** True on a key, or where one may be begun. */
  readonly isKey: boolean;
  /** The key or scalar at hand as far as it is written, and where it begins and ends in the text. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A word that nobody writes, put where somebody is about to write: broken text has its place by it. */
const marker = '\u{E000}';

/** Where a word is about to be written; undefined inside comments and where nothing has a place. */
export function placeToComplete(text: string, offset: number): YamlPlace | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const written = text.slice(lineStart, offset);
  if (/(?:^|\s)#/u.test(written)) return undefined;
  const word = wordBefore(written, written.length, /[\w.:@/-]/u);
  const start = offset - word.length;
  const rest = /^[\w.@/-]*/u.exec(text.slice(offset))?.[0] ?? '';
  const end = offset + rest.length;
  const isAlone = /^(?:\s*-)*\s*$/u.test(written.slice(0, written.length - word.length));
  const hasColon = /^\s*:(?:\s|$)/u.test(text.slice(end));
  for (const suffix of isAlone && !hasColon ? [`${marker}: `, marker] : [marker]) {
    const marked = `${text.slice(0, start)}${word}${suffix}${text.slice(end)}`;
    const found = findMarked(parseDocument(marked, { logLevel: 'silent' }));
    if (found !== undefined) return { ...found, word, start, end };
  }
  return undefined;
}

/** What stands at an offset; undefined where nothing does. */
export function placeAt(text: string, offset: number): YamlPlace | undefined {
  return find(parseDocument(text, { logLevel: 'silent' }), (node) => {
    const [start, , end] = node.range ?? [-1, -1, -1];
    return isScalar(node) && start <= offset && offset <= lastOf(text, start, end);
  });
}

// The range of a scalar goes on to the end of its line.
function lastOf(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function findMarked(document: Document): Pick<YamlPlace, 'path' | 'isKey'> | undefined {
  return find(
    document,
    (node) => isScalar(node) && typeof node.value === 'string' && node.value.endsWith(marker),
  );
}

/** The first scalar that fits, in the order of the text. */
function find(document: Document, fits: (node: Node) => boolean): YamlPlace | undefined {
  const { contents } = document;
  return contents === null ? undefined : findIn(contents, [], fits);
}

function findIn(
  node: Node,
  path: readonly (string | number)[],
  fits: (node: Node) => boolean,
): YamlPlace | undefined {
  if (isAlias(node)) return undefined;
  if (!isCollection(node)) return fits(node) ? placeOf(node, path, false) : undefined;
  for (const [index, item] of node.items.entries()) {
    const found = isMap(node)
      ? findInPair(item as Pair, path, fits)
      : isSeq(node) && findIn(asNode(item), [...path, index], fits);
    if (found) return found;
  }
  return undefined;
}

function findInPair(
  { key, value }: Pair,
  path: readonly (string | number)[],
  fits: (node: Node) => boolean,
): YamlPlace | undefined {
  const name = isScalar(key) ? String(key.value) : '';
  if (isScalar(key) && fits(key)) return placeOf(key, path, true);
  return value === null ? undefined : findIn(value as Node, [...path, name], fits);
}

// A list may hold pairs without a mapping in flow style, e.g. `[a: 1]`.
function asNode(item: unknown): Node {
  return isPair(item) && item.value !== null ? (item.value as Node) : (item as Node);
}

function placeOf(node: Node, path: readonly (string | number)[], isKey: boolean): YamlPlace {
  const [start = 0, end = 0] = node.range ?? [];
  const word = isScalar(node) ? String(node.value) : '';
  return { path, isKey, word, start, end };
}

import type { Place } from './place.ts';

/** What lies under `use` and is named elsewhere, by the key that names it. */
const shelves: Readonly<Record<string, string>> = {
  call: 'functions',
  retry: 'retries',
  timeout: 'timeouts',
  error: 'errors',
  authentication: 'authentications',
};

/** Names that the document itself has for a key at a line: tasks beside, or what it keeps under `use`. */
export function namesInDocument(
  texts: readonly string[],
  at: number,
  { path, key }: Pick<Place, 'path'> & { readonly key: string },
): readonly string[] {
  if (key === 'then') return tasksAround(texts, at, path.includes('switch'));
  const shelf = shelves[key];
  return shelf === undefined ? [] : keysUnder(keysBlock(texts, 'use'), shelf);
}

const indentOf = (text: string): number => text.length - text.trimStart().length;
const isEmpty = (text: string): boolean => /^\s*(?:#.*)?$/.test(text);

/** Names of the tasks of the list around a line; the cases of a switch go on in the list around it. */
function tasksAround(texts: readonly string[], at: number, isCase: boolean): readonly string[] {
  const dash = nearestDash(texts, at, isCase ? 2 : 1);
  if (dash === undefined) return [];
  const isInside = (text: string): boolean => isEmpty(text) || indentOf(text) >= dash;
  const above = texts.slice(0, at).findLastIndex((text) => !isInside(text));
  const below = texts.findIndex((text, row) => row > at && !isInside(text));
  return texts
    .slice(above + 1, below === -1 ? undefined : below)
    .filter((text) => indentOf(text) === dash)
    .flatMap((text) => /^\s*-\s+(['"]?)([^'":\s]+)\1:/.exec(text)?.[2] ?? []);
}

/** Column of the dash of the list around a line, or of the one around that. */
function nearestDash(texts: readonly string[], at: number, levels: number): number | undefined {
  const own = texts[at] ?? '';
  let column = indentOf(own) + (/^\s*-\s/.test(own) ? 1 : 0);
  let left = levels;
  for (let row = at; row >= 0; row -= 1) {
    const text = texts[row] ?? '';
    if (!/^\s*-\s/.test(text) || indentOf(text) >= column) continue;
    column = indentOf(text);
    left -= 1;
    if (left === 0) return column;
  }
  return undefined;
}

/** The lines under a key of the outermost block. */
function keysBlock(texts: readonly string[], key: string): readonly string[] {
  const start = texts.findIndex((text) => text.startsWith(`${key}:`));
  if (start === -1) return [];
  const rest = texts.slice(start + 1);
  const end = rest.findIndex((text) => !isEmpty(text) && indentOf(text) === 0);
  return end === -1 ? rest : rest.slice(0, end);
}

/** Keys of the block, or items of the list, under a key of a block. */
function keysUnder(block: readonly string[], key: string): readonly string[] {
  const start = block.findIndex((text) => text.trim() === `${key}:`);
  if (start === -1) return [];
  const outer = indentOf(block[start] ?? '');
  const rest = block.slice(start + 1).filter((text) => !isEmpty(text));
  const end = rest.findIndex((text) => indentOf(text) <= outer);
  const inside = end === -1 ? rest : rest.slice(0, end);
  const inner = indentOf(inside[0] ?? '');
  return inside
    .filter((text) => indentOf(text) === inner)
    .flatMap((text) => /^\s*(['"]?)([\w-]+)\1:/.exec(text)?.[2] ?? []);
}

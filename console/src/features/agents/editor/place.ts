/** Where in a document of YAML a cursor stands, read from the indentation: what is being written can seldom be parsed. */
export interface Place {
  /** Names of the members around it; `[]` for an item of a list. */
  readonly path: readonly string[];
  /** What stands beside it, with what it says in the same line. */
  readonly siblings: ReadonlyMap<string, string>;
  /** For each member of the path what stands beside it. */
  readonly around: readonly ReadonlyMap<string, string>[];
}

interface Line {
  /** Columns of dashes in front. */
  readonly dashes: readonly number[];
  /** Column of what follows them. */
  readonly indent: number;
  readonly key: string | undefined;
  readonly value: string;
}

const keyPattern = /^(?:'([^']*)'|"([^"]*)"|([^\s'"#:[\]{},][^:#]*?)):(?:\s+(.*))?$/;

function lineOf(text: string): Line | undefined {
  if (/^\s*(?:#.*)?$/.test(text)) return undefined;
  const [front = ''] = /^ *(?:-(?: +|$))*/.exec(text) ?? [];
  const [, single, double, plain, value = ''] = keyPattern.exec(text.slice(front.length)) ?? [];
  return {
    dashes: [...front.matchAll(/-/g)].map(({ index }) => index),
    indent: front.length,
    key: single ?? double ?? plain?.trim(),
    value: value.trim(),
  };
}

type Lines = readonly (Line | undefined)[];

/** How far the way out has been gone. */
interface Stand extends Pick<Place, 'path' | 'around'> {
  /** What stands further left is around it. */
  readonly need: number;
  /** True behind an item of a list, whose key may stand right above the dash. */
  readonly isItem: boolean;
}

/** The place of the end of `texts[at]`, whose last word is being written. */
export function placeOf(texts: readonly string[], at: number): Place {
  const lines = texts.map(lineOf);
  const own = lines[at];
  const need = own?.indent ?? (texts[at] ?? '').length;
  let stand = outOfItems({ path: [], around: [], need, isItem: false }, own);
  for (let row = at - 1; row >= 0; row -= 1) {
    const line = lines[row];
    if (line === undefined) continue;
    if (isAround(line, stand))
      stand = outOfMember(stand, line, siblingsOf(lines, row, line.indent));
    if ((line.dashes[0] ?? stand.need) < stand.need) stand = outOfItems(stand, line);
  }
  return { path: stand.path, around: stand.around, siblings: siblingsOf(lines, at, need) };
}

function isAround({ key, indent, dashes }: Line, { need, isItem }: Stand): boolean {
  if (key === undefined) return false;
  return indent < need || (isItem && indent === need && dashes.length === 0);
}

function outOfMember(
  { path, around }: Stand,
  { key = '', indent }: Line,
  beside: ReadonlyMap<string, string>,
): Stand {
  return { path: [key, ...path], around: [beside, ...around], need: indent, isItem: false };
}

function outOfItems(stand: Stand, line: Line | undefined): Stand {
  return (line?.dashes ?? [])
    .toReversed()
    .reduce<Stand>(
      ({ path, around, need, isItem }, dash) =>
        dash < need
          ? { path: ['[]', ...path], around: [new Map(), ...around], need: dash, isItem: true }
          : { path, around, need, isItem },
      stand,
    );
}

/** Members of the block that a line stands in, without itself. */
function siblingsOf(lines: Lines, at: number, indent: number): ReadonlyMap<string, string> {
  const above = startsItem(lines[at], indent) ? [] : blockAbove(lines.slice(0, at), indent);
  const below = blockBelow(lines.slice(at + 1), indent);
  const members = [...above, ...below].filter((line) => line.indent === indent);
  return new Map(members.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value]])));
}

const isLine = (line: Line | undefined): line is Line => line !== undefined;

function startsItem(line: Line | undefined, indent: number): boolean {
  return line !== undefined && line.dashes.length > 0 && line.indent === indent;
}

/** From the line above up to the first of the block. */
function blockAbove(lines: Lines, indent: number): readonly Line[] {
  const nearest = lines.filter(isLine).toReversed();
  const outside = nearest.findIndex((line) => line.indent < indent);
  const inside = outside === -1 ? nearest : nearest.slice(0, outside);
  const first = inside.findIndex((line) => startsItem(line, indent));
  return first === -1 ? inside : inside.slice(0, first + 1);
}

function blockBelow(lines: Lines, indent: number): readonly Line[] {
  const following = lines.filter(isLine);
  const end = following.findIndex((line) => Math.min(line.indent, ...line.dashes) < indent);
  return end === -1 ? following : following.slice(0, end);
}

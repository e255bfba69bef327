import {
  isMap,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { pointerTokens } from './finding.ts';
import { startOf } from './json-of-yaml.ts';

/** A place in a text, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the place of a pointer, or of its nearest ancestor that stands in the text. */
export function createPositions(
  document: Document.Parsed,
  lines: LineCounter,
): (path: string) => Position {
  // Findings come by the dozen: a map is searched once and then known.
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairOf = (map: YAMLMap, key: string): Pair | undefined => {
    const index = indexes.get(map) ?? indexOf(map);
    indexes.set(map, index);
    return index.get(key);
  };
  return (path) => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const token of pointerTokens(path)) {
      const child = childOf(node, token, pairOf);
      if (child === undefined) break;
      offset = child.offset;
      node = child.node;
    }
    return positionAt(lines, offset);
  };
}

/** Line and column of an offset. */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

interface Child {
  readonly node: unknown;
  readonly offset: number;
}

function childOf(
  node: unknown,
  token: string,
  pairOf: (map: YAMLMap, key: string) => Pair | undefined,
): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(token)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) ?? 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = pairOf(node, token);
  return pair === undefined
    ? undefined
    : { node: pair.value, offset: startOf(pair.key) ?? startOf(pair.value) ?? 0 };
}

function indexOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const index = new Map<string, Pair>();
  for (const pair of map.items) if (isScalar(pair.key)) index.set(nameOf(pair.key.value), pair);
  return index;
}

/** A key as it stands in JSON. */
function nameOf(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean'
    ? String(key)
    : '';
}

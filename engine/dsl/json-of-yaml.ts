import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { numberOf } from '../../kernel/exact-number.ts';
import type { JsonValue } from '../../kernel/json.ts';

/** One place of a text that cannot become JSON. */
export interface SourceFault {
  readonly id: string;
  readonly message: string;
  readonly hint: string;
  /** Into the text. */
  readonly offset: number;
}

/** The JSON that a parsed text means, or why it means none. */
export type Conversion =
  { readonly value: JsonValue } | { readonly faults: readonly SourceFault[] };

interface Anchor {
  readonly value: JsonValue;
  /** What it adds wherever it is used; endless while it is still open. */
  readonly size: number;
}

interface Walk {
  readonly anchors: Map<string, Anchor>;
  readonly faults: SourceFault[];
  readonly limit: number;
  size: number;
}

const maxFaults = 20;
/** Characters of text that count as one value. */
const textUnit = 64;

const jsonTags: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

/**
 * Turns nodes into JSON in one walk: each node is visited once, aliases share the value of their anchor and count with
 * its size, keys are looked up and not searched.
 */
export function jsonOfYaml(document: Document.Parsed, limit: number): Conversion {
  const walk: Walk = { anchors: new Map(), faults: [], limit, size: 0 };
  const value = valueOf(walk, document.contents);
  return walk.faults.length > 0 ? { faults: walk.faults } : { value };
}

function valueOf(walk: Walk, node: unknown): JsonValue {
  if (walk.faults.length >= maxFaults) return null;
  if (isAlias(node)) return aliased(walk, node);
  return isScalar(node) || isMap(node) || isSeq(node) ? contentOf(walk, node) : null;
}

function contentOf(walk: Walk, node: Scalar | YAMLMap | YAMLSeq): JsonValue {
  const { anchor, tag } = node;
  if (tag !== undefined && !jsonTags.has(tag)) {
    const message = `the tag ${tag} has no meaning in JSON`;
    return faulty(walk, node, { id: 'source/tag', message, hint: 'Remove it.' });
  }
  if (anchor === undefined) return plainContentOf(walk, node);
  const sizeBefore = walk.size;
  walk.anchors.set(anchor, { value: null, size: Infinity });
  const value = plainContentOf(walk, node);
  walk.anchors.set(anchor, { value, size: walk.size - sizeBefore });
  return value;
}

function plainContentOf(walk: Walk, node: Scalar | YAMLMap | YAMLSeq): JsonValue {
  grow(walk, node, 1);
  if (isMap(node)) return objectOf(walk, node);
  if (isSeq(node)) return node.items.map((item) => valueOf(walk, item));
  return scalarOf(walk, node, node.value);
}

function objectOf(walk: Walk, map: YAMLMap): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const pair of map.items) {
    const key = keyOf(walk, pair);
    if (Object.hasOwn(result, key))
      faulty(walk, pair.key, {
        id: 'source/duplicate-key',
        message: 'Map keys must be unique',
        hint: 'Keep one of the two.',
      });
    // `__proto__` too is a key like any other.
    const value = valueOf(walk, pair.value);
    Object.defineProperty(result, key, { value, ...{ enumerable: true, writable: true } });
    if (walk.faults.length >= maxFaults) break;
  }
  return result;
}

/** A key as text: what YAML takes for a number, a truth or nothing is its text in JSON. */
function keyOf(walk: Walk, { key }: Pair): string {
  if (key === null) return '';
  if (isScalar(key) || isAlias(key)) {
    const value = valueOf(walk, key);
    if (value === null) return '';
    if (typeof value !== 'object') return String(value);
  }
  faulty(walk, key, {
    id: 'source/key',
    message: 'a key that is no text cannot be told in JSON',
    hint: 'Write the key as a text.',
  });
  return '';
}

function scalarOf(walk: Walk, node: unknown, value: unknown): JsonValue {
  if (typeof value === 'string') {
    grow(walk, node, Math.floor(value.length / textUnit));
    return value;
  }
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return exactly(node, value);
  return faulty(walk, node, {
    id: 'source/not-json',
    message: 'a value that JSON does not have',
    hint: 'Write a finite number, or quote it as a text.',
  });
}

/** What is written as JSON writes numbers keeps its digits. */
function exactly(node: unknown, value: number): JsonValue {
  const text = isScalar(node) ? (node.source ?? '') : '';
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? numberOf(text) : value;
}

function aliased(walk: Walk, node: { readonly source: string }): JsonValue {
  const anchor = walk.anchors.get(node.source);
  if (anchor === undefined)
    return faulty(walk, node, {
      id: 'source/unknown-alias',
      message: `there is no anchor ${JSON.stringify(node.source)} before this alias`,
      hint: 'Set the anchor first, or quote the text.',
    });
  grow(walk, node, anchor.size);
  return anchor.value;
}

function grow(walk: Walk, node: unknown, size: number): void {
  const wasWithin = walk.size <= walk.limit;
  walk.size += size;
  if (!wasWithin || walk.size <= walk.limit) return;
  faulty(walk, node, {
    id: 'source/alias-bomb',
    message: `the document has, or its aliases expand to, more than ${String(walk.limit)} values`,
    hint: 'Write the parts out, or put them under use.',
  });
}

function faulty(walk: Walk, node: unknown, fault: Omit<SourceFault, 'offset'>): null {
  if (walk.faults.length < maxFaults) walk.faults.push({ ...fault, offset: startOf(node) ?? 0 });
  return null;
}

/** Where a node begins in the text. */
export function startOf(node: unknown): number | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined;
  return node.range?.[0];
}

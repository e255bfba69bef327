import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { numberOf } from '../../kernel/exact-number.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Severity } from './finding.ts';
import { keepsDigits } from './yaml-number.ts';
import { jsonTags, valueOfTag } from './yaml-tags.ts';

/** One place of a text that cannot become JSON, or becomes other JSON than its author may think. */
export interface SourceFault {
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  /** Into the text. */
  readonly offset: number;
}

/** The JSON that a parsed text means, and why it may mean none. */
export interface Conversion {
  /** Absent when a fault is an error. */
  readonly value?: JsonValue;
  readonly faults: readonly SourceFault[];
}

interface Anchor {
  readonly value: JsonValue;
  /** What it adds wherever it is used; endless while it is still open. */
  readonly size: number;
}

interface Walk {
  readonly anchors: Map<string, Anchor>;
  readonly faults: SourceFault[];
  readonly doubts: SourceFault[];
  readonly limit: number;
  size: number;
}

const maxFaults = 20;
/** Characters of text that count as one value. */
const textUnit = 64;

/**
 * Turns nodes into JSON in one walk: each node is visited once, aliases share the value of their anchor and count with
 * its size, keys are looked up and not searched.
 */
export function jsonOfYaml(document: Document.Parsed, limit: number): Conversion {
  const walk: Walk = { anchors: new Map(), faults: [], doubts: [], limit, size: 0 };
  const value = valueOf(walk, document.contents);
  return walk.faults.length > 0
    ? { faults: [...walk.faults, ...walk.doubts] }
    : { value, faults: walk.doubts };
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
  const kind = isMap(node) ? 'map' : isSeq(node) ? 'seq' : undefined;
  if (node.tag !== undefined && kind !== kindOfTag(node.tag)) {
    const message = `the tag ${node.tag} does not go with ${kind === undefined ? 'a scalar' : `a ${kind}`}`;
    return faulty(walk, node, { id: 'source/tag', message, hint: 'Remove it.' });
  }
  if (isMap(node)) return objectOf(walk, node);
  if (isSeq(node)) return node.items.map((item) => valueOf(walk, item));
  return scalarOf(walk, node, taggedValueOf(walk, node));
}

/** The parser leaves a text where the content does not have the form that its tag names. */
function taggedValueOf(walk: Walk, node: Scalar): unknown {
  const { tag, value, source } = node;
  if (tag === undefined || typeof value !== 'string') return value;
  const tagged = valueOfTag(tag, source ?? value);
  if (tagged !== undefined) return tagged;
  const message = `${JSON.stringify(value)} is not what its tag says`;
  return faulty(walk, node, {
    id: 'source/tag',
    message,
    hint: 'Remove the tag or correct the value.',
  });
}

function kindOfTag(tag: string): 'map' | 'seq' | undefined {
  if (tag.endsWith(':map')) return 'map';
  return tag.endsWith(':seq') ? 'seq' : undefined;
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

/** A key as text: what YAML takes for a number, a truth or nothing is its text in JSON, which is worth saying. */
function keyOf(walk: Walk, { key }: Pair): string {
  if (key === null) return doubtfulKey(walk, key, '');
  if (isScalar(key) || isAlias(key)) {
    const value = valueOf(walk, key);
    if (typeof value === 'string') return plainKey(walk, key, value);
    if (typeof value !== 'object' || value === null)
      return doubtfulKey(walk, key, String(value ?? ''));
  }
  faulty(walk, key, {
    id: 'source/key',
    message: 'a key that is no text cannot be told in JSON',
    hint: 'Write the key as a text.',
  });
  return '';
}

function plainKey(walk: Walk, key: unknown, text: string): string {
  if (text === '<<' && isScalar(key) && key.type === 'PLAIN')
    doubtful(walk, key, {
      id: 'source/merge-key',
      message: '<< merges nothing: it is a property of this name, as YAML 1.2 has no merge keys',
      hint: 'Write the parts out, or quote the name.',
    });
  return text;
}

function doubtfulKey(walk: Walk, key: unknown, text: string): string {
  doubtful(walk, key, {
    id: 'source/key',
    message: `a key that is no text becomes ${JSON.stringify(text)}`,
    hint: 'Quote the key.',
  });
  return text;
}

function scalarOf(walk: Walk, node: unknown, value: unknown): JsonValue {
  if (typeof value === 'string') {
    grow(walk, node, Math.floor(value.length / textUnit));
    return value;
  }
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) {
    requireDigits(walk, node, value);
    return exactly(node, value);
  }
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

function requireDigits(walk: Walk, node: unknown, value: number): void {
  if (!isScalar(node) || node.source === undefined || keepsDigits(node.source, value)) return;
  doubtful(walk, node, {
    id: 'source/number',
    message: `${node.source} has more digits than arithmetic keeps: it takes ${String(value)} for it`,
    hint: 'Quote it if it is a name; round it if it is a measure.',
  });
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

type Wording = Omit<SourceFault, 'offset' | 'severity'>;

function faulty(walk: Walk, node: unknown, wording: Wording): null {
  if (walk.faults.length < maxFaults)
    walk.faults.push({ ...wording, severity: 'error', offset: startOf(node) ?? 0 });
  return null;
}

function doubtful(walk: Walk, node: unknown, wording: Wording): void {
  if (walk.doubts.length < maxFaults)
    walk.doubts.push({ ...wording, severity: 'warning', offset: startOf(node) ?? 0 });
}

/** Where a node begins in the text. */
export function startOf(node: unknown): number | undefined {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return undefined;
  return node.range?.[0];
}

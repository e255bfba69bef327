import { hash } from 'node:crypto';

/** 32 bytes of SHA-256. */
export type Digest = Buffer<ArrayBuffer>;

/** The complete subtrees of a tree from the largest to the smallest: all one needs to grow it and to know its root. */
export interface Frontier {
  size: number;
  readonly peaks: Digest[];
}

/** A run of leaves `[start, end)`. */
export type Range = readonly [start: number, end: number];

// Reused: a hash is taken before anything else can write here.
const pair = Buffer.alloc(65, 1);

/** SHA-256. */
export function digest(data: Uint8Array): Digest {
  // By way of text, which costs less than an object for each hash.
  return Buffer.from(hash('sha256', data, 'hex'), 'hex');
}

/** RFC 6962 § 2.1: the hash of a leaf. */
export function hashLeaf(entry: Uint8Array): Digest {
  return digest(Buffer.concat([Buffer.of(0), entry]));
}

/** RFC 6962 § 2.1: the hash of an interior node. */
export function hashNode(left: Uint8Array, right: Uint8Array): Digest {
  pair.set(left, 1);
  pair.set(right, 33);
  return digest(pair);
}

/** A tree without leaves. */
export function emptyFrontier(): Frontier {
  return { size: 0, peaks: [] };
}

/** Adds a leaf; tells of each complete subtree that it ends, by level (1 is two leaves) and number. */
export function append(
  frontier: Frontier,
  leaf: Digest,
  onNode?: (level: number, index: number, node: Digest) => void,
): void {
  let node = leaf;
  let index = frontier.size;
  for (let level = 1; index % 2 === 1; level += 1) {
    node = hashNode(frontier.peaks.pop() ?? node, node);
    index = (index - 1) / 2;
    onNode?.(level, index, node);
  }
  frontier.peaks.push(node);
  frontier.size += 1;
}

/** The root of the tree; of an empty one the hash of nothing. */
export function rootOf({ peaks }: Pick<Frontier, 'peaks'>): Digest {
  return peaks.length === 0
    ? digest(Buffer.alloc(0))
    : peaks.reduceRight((right, left) => hashNode(left, right));
}

/** RFC 9162 § 2.1.3.1: the subtrees whose hashes prove that a tree of `size` holds the leaf `index`. */
export function inclusionRanges(index: number, size: number): Range[] {
  return pathOf(index, [0, size]);
}

function pathOf(index: number, [start, end]: Range): Range[] {
  if (end - start <= 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...pathOf(index, [start, middle]), [middle, end]]
    : [...pathOf(index, [middle, end]), [start, middle]];
}

/** RFC 9162 § 2.1.4.1: the subtrees whose hashes prove that a tree of `to` leaves begins with that of `from`. */
export function consistencyRanges(from: number, to: number): Range[] {
  return from === 0 ? [] : subproof({ from, range: [0, to], isWhole: true });
}

interface Subproof {
  readonly from: number;
  readonly range: Range;
  readonly isWhole: boolean;
}

function subproof({ from, range: [start, end], isWhole }: Subproof): Range[] {
  if (from === end) return isWhole ? [] : [[start, end]];
  const middle = start + splitOf(end - start);
  return from <= middle
    ? [...subproof({ from, range: [start, middle], isWhole }), [middle, end]]
    : [...subproof({ from, range: [middle, end], isWhole: false }), [start, middle]];
}

/** The complete subtrees that a run of leaves consists of, as level and number, in order. */
export function subtreesOf([start, end]: Range): (readonly [level: number, index: number])[] {
  const subtrees: (readonly [number, number])[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    subtrees.push([level, at / 2 ** level]);
    at += 2 ** level;
  }
  return subtrees;
}

/** Throws unless the path leads from the leaf to the root. RFC 9162 § 2.1.3.2. */
export function checkInclusion(proof: {
  readonly leaf: Digest;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Digest[];
  readonly root: Uint8Array;
}): void {
  const { leaf, index, size, path, root } = proof;
  const ranges = inclusionRanges(index, size);
  if (index >= size || ranges.length !== path.length) throw new Error('the proof has another size');
  const top = path.reduce<Digest>((node, sibling, at) => {
    const [start = 0] = ranges[at] ?? [];
    return start > index ? hashNode(node, sibling) : hashNode(sibling, node);
  }, leaf);
  if (!top.equals(root)) throw new Error('the proof does not lead to the root');
}

/** Throws unless the tree of `to` leaves begins with the tree of `from` leaves. RFC 9162 § 2.1.4.2. */
export function checkConsistency(proof: {
  readonly from: number;
  readonly to: number;
  readonly path: readonly Digest[];
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
}): void {
  const { from, to, path, fromRoot, toRoot } = proof;
  const ranges = from > to ? undefined : consistencyRanges(from, to);
  if (ranges === undefined || ranges.length !== path.length)
    throw new Error('the proof has another size');
  if (from === 0) return;
  const known = new Map(ranges.map((range, at) => [range.join(), path[at]]));
  // The old tree itself is not in the path when it is one complete subtree.
  if (ranges.length === 0 || subtreesOf([0, from]).length === 1)
    known.set(`0,${from}`, Buffer.from(fromRoot));
  const rebuilt = ([start, end]: Range): Digest => {
    const given = known.get(`${start},${end}`);
    if (given !== undefined) return given;
    if (end - start <= 1) throw new Error('the proof lacks a hash');
    const middle = start + splitOf(end - start);
    return hashNode(rebuilt([start, middle]), rebuilt([middle, end]));
  };
  if (!rebuilt([0, from]).equals(fromRoot) || !rebuilt([0, to]).equals(toRoot))
    throw new Error('the later tree does not begin with the earlier');
}

/** The largest power of two below the count. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

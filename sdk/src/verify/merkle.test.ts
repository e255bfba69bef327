import { describe, expect, it } from 'vitest';

import {
  append,
  checkConsistency,
  checkInclusion,
  consistencyRanges,
  digest,
  emptyFrontier,
  hashLeaf,
  hashNode,
  inclusionRanges,
  rootOf,
  type Digest,
  type Range,
} from './merkle.ts';

/** MTH of RFC 6962, word for word. */
function treeHash(leaves: readonly Digest[]): Digest {
  const [first] = leaves;
  if (first === undefined) return digest(Buffer.alloc(0));
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hashNode(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

const leaves = Array.from({ length: 40 }, (_, at) => hashLeaf(Buffer.from(`event ${at}`)));
const hashOf = ([start, end]: Range): Digest => treeHash(leaves.slice(start, end));
const rootAt = (size: number): Digest => hashOf([0, size]);

describe('the tree of RFC 6962', () => {
  it('has the roots of the published test vectors', () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const tree = emptyFrontier();
    const roots = inputs.map((input) => {
      append(tree, hashLeaf(Buffer.from(input, 'hex')));
      return rootOf(tree).toString('hex');
    });
    expect(rootOf(emptyFrontier()).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect([roots[0], roots[1], roots[7]]).toEqual([
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('grows leaf by leaf to the same root as all at once', () => {
    const tree = emptyFrontier();
    for (const [at, leaf] of leaves.entries()) {
      append(tree, leaf);
      expect(rootOf(tree)).toEqual(rootAt(at + 1));
    }
  });

  it('proves each leaf in each size, and no other', () => {
    for (let size = 1; size <= leaves.length; size += 1)
      for (let index = 0; index < size; index += 1) {
        const path = inclusionRanges(index, size).map(hashOf);
        const proof = { index, size, path, root: rootAt(size) };
        const leaf = leaves[index] ?? rootAt(0);
        expect(() => checkInclusion({ ...proof, leaf })).not.toThrow();
        expect(() => checkInclusion({ ...proof, leaf: rootAt(0) })).toThrow('does not lead');
      }
  });

  it('proves of each size that it begins each later one, and of no other history', () => {
    const forged = digest(Buffer.from('forged'));
    for (let to = 1; to <= leaves.length; to += 1)
      for (let from = 1; from <= to; from += 1) {
        const path = consistencyRanges(from, to).map(hashOf);
        const proof = { from, to, path, fromRoot: rootAt(from), toRoot: rootAt(to) };
        expect(() => checkConsistency(proof)).not.toThrow();
        expect(() => checkConsistency({ ...proof, toRoot: forged })).toThrow('does not begin');
        expect(() => checkConsistency({ ...proof, fromRoot: forged })).toThrow('does not begin');
        if (from < to)
          expect(() => checkConsistency({ ...proof, from: to, to: from })).toThrow('another size');
      }
  });
});

import type { Transaction } from '../../kernel/database/database.ts';
import { emptyFrontier, hashNode, rootOf, subtreesOf } from '../../sdk/src/verify/index.ts';
import type { Digest, Frontier, Range } from '../../sdk/src/verify/index.ts';
import { storedStep } from './grow-trees.ts';

interface StoredRange {
  /** 0 for leaves. */
  readonly level: number;
  readonly from: number;
  readonly count: number;
}

/** The hashes of runs of leaves, from nodes that are stored: at most 16 rows for each step of 16. */
export async function hashesOf(
  tx: Transaction,
  tenantId: string,
  ranges: readonly Range[],
): Promise<Digest[]> {
  const read = await readNodes(tx, tenantId, ranges.flatMap(subtreesOf).map(storedRangeOf));
  return ranges.map((range) => rootOf({ peaks: peaksOf(range, read) }));
}

/** What the tree of the first so many leaves goes on from. */
export async function frontierAt(
  tx: Transaction,
  tenantId: string,
  size: number,
): Promise<Frontier> {
  if (size === 0) return emptyFrontier();
  const range = [0, size] as const;
  const read = await readNodes(tx, tenantId, subtreesOf(range).map(storedRangeOf));
  return { size, peaks: peaksOf(range, read) };
}

type Nodes = ReadonlyMap<string, Digest>;

function peaksOf(range: Range, nodes: Nodes): Digest[] {
  return subtreesOf(range).map((subtree) => {
    const { level, from, count } = storedRangeOf(subtree);
    const row = Array.from({ length: count }, (_, at) => nodes.get(`${level}/${from + at}`));
    return combine(row.map((node) => node ?? missing(level, from)));
  });
}

/** The root over a power of two of nodes. */
function combine(nodes: readonly Digest[]): Digest {
  const [first, second] = nodes;
  if (first === undefined) return missing(0, 0);
  if (second === undefined) return first;
  const middle = nodes.length / 2;
  return hashNode(combine(nodes.slice(0, middle)), combine(nodes.slice(middle)));
}

function missing(level: number, n: number): never {
  throw new Error(`the audit tree lacks a node of level ${level} at ${n}`);
}

/** The stored nodes below a subtree that lie nearest to it. */
function storedRangeOf([level, index]: readonly [number, number]): StoredRange {
  const below = level % storedStep;
  const count = 2 ** below;
  return { level: (level - below) / storedStep, from: index * count, count };
}

async function readNodes(
  tx: Transaction,
  tenantId: string,
  ranges: readonly StoredRange[],
): Promise<Nodes> {
  const levels = ranges.map(({ level }) => level);
  const lows = ranges.map(({ from }) => BigInt(from));
  const highs = ranges.map(({ from, count }) => BigInt(from + count));
  const rows = await tx.$queryRaw<{ level: number; n: bigint; hash: Uint8Array }[]>`
    with wanted as (
      select * from unnest(${levels}::int[], ${lows}::bigint[], ${highs}::bigint[]) as w(level, low, high)
    )
    select 0 as level, leaf.n, leaf.hash from wanted w
    cross join lateral (
      select s.seq - 1 as n, s.leaf as hash from audit.seal s
      where s.tenant_id = ${tenantId}::uuid and s.seq > w.low and s.seq <= w.high) leaf
    where w.level = 0
    union all
    select w.level, node.n, node.hash from wanted w
    cross join lateral (
      select n, hash from audit.node
      where tenant_id = ${tenantId}::uuid and level = w.level and n >= w.low and n < w.high) node
    where w.level > 0`;
  return new Map(rows.map(({ level, n, hash }) => [`${level}/${n}`, Buffer.from(hash)]));
}

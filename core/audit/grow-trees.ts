import type { Transaction } from '../../kernel/database/database.ts';
import { append, parts, rootOf, saltBytes } from '../../sdk/src/verify/index.ts';
import type { Digest, Frontier } from '../../sdk/src/verify/index.ts';
import { signCheckpoint, type Signer } from './signers.ts';
import { leafOfEvent, newSalts, type StoredEvent } from './stored-event.ts';

/** An event with its place in the order of commits. */
export interface PlacedEvent extends StoredEvent {
  readonly tx: string;
  readonly position: string;
}

/** Levels of the tree between two that are stored. */
export const storedStep = 4;

const saltsLength = saltBytes * parts.length;

interface Growth {
  readonly tenantId: string;
  readonly frontier: Frontier;
  last: PlacedEvent | undefined;
}

/** Makes the events the next leaves of their tenants' trees, and signs the new heads. */
export async function growTrees(
  tx: Transaction,
  events: readonly PlacedEvent[],
  { epoch, signers }: { readonly epoch: number; readonly signers: readonly Signer[] },
): Promise<void> {
  const trees = await treesOf(tx, [...new Set(events.map(({ tenantId }) => tenantId))]);
  const salts = newSalts(events.length);
  const leaves: Leaf[] = [];
  const nodes: Node[] = [];
  for (const [at, event] of events.entries()) {
    const tree = trees.get(event.tenantId);
    const salt = salts[at];
    if (tree === undefined || salt === undefined) continue;
    const { tenantId, frontier } = tree;
    const seq = BigInt(frontier.size + 1);
    const leaf = leafOfEvent({ ...event, seq, salts: salt, nameCommitment: null });
    append(frontier, leaf, (level, n, hash) => {
      if (level % storedStep === 0) nodes.push({ tenantId, level: level / storedStep, n, hash });
    });
    tree.last = event;
    leaves.push({ tenantId, eventId: event.id, seq, salts: salt, hash: leaf });
  }
  await insertLeaves(tx, leaves, epoch);
  await insertNodes(tx, nodes);
  await moveHeads(tx, { epoch, signers, trees: [...trees.values()] });
}

async function treesOf(
  tx: Transaction,
  tenantIds: readonly string[],
): Promise<ReadonlyMap<string, Growth>> {
  const rows = await tx.$queryRaw<{ tenantId: string; size: bigint; peaks: Uint8Array }[]>`
    select tenant_id::text as "tenantId", size, peaks from audit.tree
    where tenant_id = any(${tenantIds}::uuid[]) for update`;
  const known = new Map(rows.map((row) => [row.tenantId, row]));
  return new Map(
    tenantIds.map((tenantId) => {
      const row = known.get(tenantId);
      const frontier = { size: Number(row?.size ?? 0), peaks: peaksOf(row?.peaks) };
      return [tenantId, { tenantId, frontier, last: undefined }];
    }),
  );
}

function peaksOf(bytes: Uint8Array = new Uint8Array()): Digest[] {
  return Array.from({ length: bytes.length / 32 }, (_, at) =>
    Buffer.from(bytes.subarray(at * 32, at * 32 + 32)),
  );
}

interface Leaf {
  readonly tenantId: string;
  readonly eventId: string;
  readonly seq: bigint;
  readonly salts: Uint8Array;
  readonly hash: Digest;
}

/** By columns, and what is bytes in one piece of which each row takes its part: hexadecimal text costs both sides more. */
async function insertLeaves(
  tx: Transaction,
  leaves: readonly Leaf[],
  epoch: number,
): Promise<void> {
  await tx.$executeRaw`
    insert into audit.seal (tenant_id, seq, event_id, epoch, salts, leaf)
    select tenant_id, seq, event_id, ${epoch}::int,
      substring(${Buffer.concat(leaves.map(({ salts }) => salts))}::bytea from (at::int - 1) * ${saltsLength}::int + 1 for ${saltsLength}::int),
      substring(${Buffer.concat(leaves.map(({ hash }) => hash))}::bytea from (at::int - 1) * 32 + 1 for 32)
    from unnest(${leaves.map(({ tenantId }) => tenantId)}::uuid[], ${leaves.map(({ seq }) => String(seq))}::bigint[],
      ${leaves.map(({ eventId }) => eventId)}::uuid[]) with ordinality as seal(tenant_id, seq, event_id, at)`;
}

interface Node {
  readonly tenantId: string;
  readonly level: number;
  readonly n: number;
  readonly hash: Digest;
}

async function insertNodes(tx: Transaction, nodes: readonly Node[]): Promise<void> {
  if (nodes.length === 0) return;
  await tx.$executeRaw`
    insert into audit.node (tenant_id, level, n, hash)
    select tenant_id, level, n, substring(${Buffer.concat(nodes.map(({ hash }) => hash))}::bytea from (at::int - 1) * 32 + 1 for 32)
    from unnest(${nodes.map(({ tenantId }) => tenantId)}::uuid[], ${nodes.map(({ level }) => level)}::smallint[],
      ${nodes.map(({ n }) => String(n))}::bigint[]) with ordinality as node(tenant_id, level, n, at)`;
}

interface Heads {
  readonly epoch: number;
  readonly signers: readonly Signer[];
  readonly trees: readonly Growth[];
}

async function moveHeads(tx: Transaction, { epoch, signers, trees }: Heads): Promise<void> {
  const heads = trees.map(({ tenantId, frontier, last }) => {
    const root = rootOf(frontier);
    const { size, peaks } = frontier;
    return {
      tenant_id: tenantId,
      size,
      peaks: bytea(Buffer.concat(peaks)),
      root: bytea(root),
      note: signCheckpoint(signers, { tenantId, size, root }),
      tx: last?.tx,
      position: last?.position,
    };
  });
  await tx.$executeRaw`
    with head as (
      select * from jsonb_to_recordset(${JSON.stringify(heads)}::jsonb) as head(
        tenant_id uuid, size bigint, peaks bytea, root bytea, note text, tx xid8, position bigint)
    ), signed as (
      insert into audit.checkpoint (tenant_id, size, root, note, epoch)
      select tenant_id, size, root, note, ${epoch}::int from head
    )
    insert into audit.tree (tenant_id, size, peaks, epoch, tx, position)
    select tenant_id, size, peaks, ${epoch}::int, tx, position from head
    on conflict (tenant_id) do update
    set size = excluded.size, peaks = excluded.peaks, epoch = excluded.epoch,
      tx = excluded.tx, position = excluded.position, sealed_at = now()`;
  for (const { publicKey } of signers) {
    await tx.$executeRaw`
      insert into audit.signing_key as known (public_key) values (${publicKey})
      on conflict (public_key) do update set last_used_at = now()
      where known.last_used_at < now() - interval '1 h'`;
  }
}

function bytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

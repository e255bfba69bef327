import type { Transaction } from '../../kernel/database/database.ts';

/** Up to where events are sealed, and in which cluster. */
export interface SealerState {
  /** Counts the clusters that this log has lived in; numbers of transactions compare within one only. */
  readonly epoch: number;
  readonly tx: bigint;
  readonly position: bigint;
  readonly hasChain: boolean;
  readonly hasBacklog: boolean;
}

interface Row {
  readonly epoch: number;
  readonly cluster: string | null;
  readonly tx: string;
  readonly position: string;
  readonly hasChain: boolean;
  readonly hasBacklog: boolean;
  readonly xmin: string;
  readonly xmax: string;
  readonly mayIdentify: boolean;
}

/** What the sealer goes by; begins a new epoch where the database has come into another cluster. */
export async function sealerState(
  tx: Transaction,
): Promise<{ readonly state: SealerState; readonly isNew: boolean }> {
  const row = await readRow(tx);
  const live = row.mayIdentify ? await clusterOf(tx) : null;
  if (isElsewhere(row, live)) return { state: await beginEpoch(tx, row, live), isNew: true };
  if (live !== null && row.cluster === null)
    await tx.$executeRaw`update audit.sealer set cluster = ${live}`;
  return { state: stateOf(row), isNew: false };
}

/** False while the database has come into another cluster and the sealer has not seen it yet. */
export async function isInItsCluster(tx: Transaction): Promise<boolean> {
  const row = await readRow(tx);
  return !isElsewhere(row, row.mayIdentify ? await clusterOf(tx) : null);
}

function isElsewhere({ xmax, tx, cluster }: Row, live: string | null): boolean {
  // A transaction that was over when its event was sealed cannot be one that is still to come.
  return BigInt(xmax) <= BigInt(tx) || (live !== null && cluster !== null && cluster !== live);
}

/** Keeps up to where events are sealed now. */
export async function moveSealer(
  tx: Transaction,
  last: { readonly tx: string; readonly position: string },
): Promise<void> {
  await tx.$executeRaw`
    update audit.sealer set tx = ${last.tx}::xid8, position = ${last.position}::bigint,
      top_position = greatest(top_position, ${last.position}::bigint)`;
}

async function readRow(tx: Transaction): Promise<Row> {
  const [row] = await tx.$queryRaw<Row[]>`
    select epoch, cluster, tx::text as tx, position::text as position,
      exists (select from audit.chain) as "hasChain",
      exists (select from audit.backlog) as "hasBacklog",
      pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
      pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
      has_function_privilege('pg_control_system()', 'execute') as "mayIdentify"
    from audit.sealer`;
  if (row === undefined) throw new Error('audit.sealer has lost its row');
  return row;
}

async function clusterOf(tx: Transaction): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    select system_identifier::text as id from pg_control_system()`;
  return row?.id ?? null;
}

function stateOf({ epoch, tx, position, hasChain, hasBacklog }: Row): SealerState {
  return { epoch, tx: BigInt(tx), position: BigInt(position), hasChain, hasBacklog };
}

/**
 * From here on transactions count anew. What was not sealed before goes first, in the order of its positions, which a
 * restored sequence goes on with: those behind the old mark, those behind the last position, and those held back.
 */
async function beginEpoch(tx: Transaction, row: Row, live: string | null): Promise<SealerState> {
  await tx.$executeRaw`
    insert into audit.backlog (tenant_id, event_id, position)
    select e.tenant_id, e.id, e.position
    from audit.event e left join audit.unsealed u on u.tenant_id = e.tenant_id
    where (e.tx < ${row.xmin}::xid8 or e.tx >= ${row.xmax}::xid8)
      and ((e.tx, e.position) > (${row.tx}::xid8, ${row.position}::bigint)
        or e.position > (select top_position from audit.sealer)
        or (e.tx, e.position) >= (u.tx, u.position))
      and not exists (select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
      and not exists (select from audit.chain c where c.tenant_id = e.tenant_id and c.event_id = e.id)
      and not exists (select from audit.stray s where s.tenant_id = e.tenant_id and s.event_id = e.id)
    on conflict do nothing`;
  await tx.$executeRaw`delete from audit.unsealed`;
  const epoch = row.epoch + 1;
  // The next scan begins with the oldest transaction that may still write.
  const mark = { tx: String(BigInt(row.xmin) - 1n), position: '9223372036854775807' };
  await tx.$executeRaw`
    update audit.sealer set epoch = ${epoch}, cluster = ${live},
      tx = ${mark.tx}::xid8, position = ${mark.position}::bigint`;
  return stateOf({ ...row, ...mark, epoch, hasBacklog: true });
}

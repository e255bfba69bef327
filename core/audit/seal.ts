import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { concernsAll } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { isolating } from '../../kernel/isolating.ts';
import type { Services } from '../context.ts';
import { adoptChain } from './adopt-chain.ts';
import { auditChannel } from './audit-channel.ts';
import { growTrees } from './grow-trees.ts';
import { moveSealer, sealerState } from './sealer-state.ts';
import { signersOf, type Signer } from './signers.ts';
import { storedEvent } from './stored-event.ts';
import {
  backlogEvents,
  dropBacklog,
  heldEvents,
  holdBack,
  nextEvents,
  release,
  type EventRow,
} from './unsealed-events.ts';

const placedEvent = storedEvent.extend({ tx: z.string(), position: z.string() });

// Any number will do that nothing else locks.
const sealerLock = 7_302_191;

/**
 * Makes up to `limit` committed events leaves of their tenants' trees; returns how many it took up.
 * An event below the oldest running transaction can have no earlier one still to come, so the order is final. A tenant
 * whose events cannot be sealed is set apart and tried again later; the others go on.
 */
export async function sealAuditEvents(
  { database, doorbell, keyring, log }: Pick<Services, 'database' | 'doorbell' | 'keyring' | 'log'>,
  limit: number,
): Promise<number> {
  const signers = signersOf(keyring);
  const sealing = await database.asSystem((tx) => sealNext(tx, { limit, signers }), {
    role: 'sealer',
  });
  if (sealing.newEpoch !== undefined)
    log.warn(
      { epoch: sealing.newEpoch },
      'the database is in another cluster: the audit log goes on in a new epoch',
    );
  for (const fault of sealing.faults)
    log.error(fault, 'the audit events of a tenant could not be sealed');
  for (const tenantId of sealing.tenantIds) doorbell.ring(auditChannel(tenantId));
  return sealing.count;
}

interface Turn {
  readonly limit: number;
  readonly signers: readonly Signer[];
}

interface Round {
  readonly epoch: number;
  readonly signers: readonly Signer[];
}

interface Fault {
  readonly err: unknown;
  readonly tenantId: string;
}

interface Sealing {
  readonly count: number;
  readonly tenantIds: readonly string[];
  readonly faults: readonly Fault[];
  readonly newEpoch?: number;
}

const nothing: Sealing = { count: 0, tenantIds: [], faults: [] };

async function sealNext(tx: Transaction, { limit, signers }: Turn): Promise<Sealing> {
  const [lock] = await tx.$queryRaw<{ isMine: boolean }[]>`
    select pg_try_advisory_xact_lock(${sealerLock}::bigint) as "isMine"`;
  if (lock?.isMine !== true) return nothing;
  const { state, isNew } = await sealerState(tx);
  const round = { epoch: state.epoch, signers };
  // What has an order already goes before what comes.
  if (state.hasChain) return { ...nothing, ...(await adoptChain(tx, { ...round, limit })) };
  const rows = state.hasBacklog
    ? await backlogEvents(tx, limit)
    : await nextEvents(tx, state, limit);
  const faults = await sealAlone(tx, rows, round);
  const last = rows.at(-1);
  if (state.hasBacklog) await dropBacklog(tx, rows);
  else if (last !== undefined) await moveSealer(tx, last);
  const again = await retryHeld(tx, { limit, ...round });
  const failed = new Set(faults.map(({ tenantId }) => tenantId));
  const sealed = tenantsOf(rows).filter((tenantId) => !failed.has(tenantId));
  return {
    count: rows.length,
    tenantIds: [...sealed, ...again.tenantIds],
    faults: [...faults, ...again.faults],
    ...(isNew && { newEpoch: state.epoch }),
  };
}

/** All in one go as a rule; if that fails, tenant by tenant, and those at fault are held back. */
async function sealAlone(
  tx: Transaction,
  rows: readonly EventRow[],
  round: Round,
): Promise<readonly Fault[]> {
  if (rows.length === 0) return [];
  const faults: Fault[] = [];
  const sealEach = isolating(async (tenants: readonly (readonly EventRow[])[]) => {
    await inSavepoint(tx, () => growTrees(tx, z.array(placedEvent).parse(tenants.flat()), round));
    return tenants;
  });
  const tenants = [...Map.groupBy(rows, ({ tenantId }) => tenantId).values()];
  const results = await sealEach(tenants);
  for (const [index, result] of results.entries()) {
    const [first] = tenants[index] ?? [];
    if (!(result instanceof Error) || first === undefined) continue;
    if (concernsAll(result)) throw result;
    await holdBack(tx, first);
    faults.push({ err: result, tenantId: first.tenantId });
  }
  return faults;
}

/** One tenant a turn: when it is sealed up to the present, it goes with the others again. */
async function retryHeld(tx: Transaction, { limit, ...round }: Turn & Round): Promise<Sealing> {
  const held = await heldEvents(tx, limit);
  if (held === undefined) return nothing;
  const { tenantId, rows } = held;
  const faults = await sealAlone(tx, rows, round);
  if (faults.length === 0 && rows.length < limit) await release(tx, tenantId);
  return { count: rows.length, tenantIds: faults.length === 0 ? [tenantId] : [], faults };
}

function tenantsOf(events: readonly EventRow[]): readonly string[] {
  return [...new Set(events.map(({ tenantId }) => tenantId))];
}

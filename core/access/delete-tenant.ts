import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { placedHolds } from '../audit/holds/hold.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { operatorActor } from './actor.ts';
import { findTenant } from './find-tenant.ts';
import { permit } from './permit.ts';
import { tenantTables } from './tenant-tables.ts';

const dayMs = 86_400_000;
/** Rows of one statement: few enough that nobody waits long for what it locks. */
const portion = 2_000;

/** Which tenant, its id once more, and how long it can still be called back. */
export interface DeletionWish {
  readonly tenant: string;
  /** Has to be the tenant's id. */
  readonly confirmed: string | undefined;
  readonly graceDays: number;
}

/** When it may be deleted, or how many rows are gone. */
export type Deletion =
  | { readonly id: string; readonly deletableFrom: Date }
  | { readonly id: string; readonly deletedRows: number };

/**
 * The first time it only begins the time in which the suspended tenant can be resumed; asked again after that, it deletes all
 * rows. The database has to be opened by the login that owns the tables, as nobody else may delete audit events.
 */
export async function deleteTenant(
  services: Pick<Services, 'database' | 'clock'>,
  wish: DeletionWish,
): Promise<Deletion> {
  const { database, clock } = services;
  const { id, suspendedAt, deleteAfter } = await database.asSystem((tx) =>
    findTenant(tx, wish.tenant),
  );
  if (wish.confirmed !== id)
    throw new AppError('BAD_USER_INPUT', `confirm by giving the tenant's id: --confirm ${id}`);
  if (suspendedAt === null)
    throw new AppError('CONFLICT', 'suspend the tenant first: what still works is not deleted');
  const [hold] = await database.withTenant(id, (tx) => placedHolds(tx, id), { isReadOnly: true });
  if (hold !== undefined)
    throw new AppError('CONFLICT', `the legal hold ${hold.name} is placed; release it first`);
  if (deleteAfter === null) return await beginGrace(services, id, wish.graceDays);
  if (deleteAfter > clock.now())
    throw new AppError(
      'CONFLICT',
      `the tenant can be deleted from ${deleteAfter.toISOString()} on; until then it can be resumed`,
    );
  return { id, deletedRows: await eraseRows(services, id) };
}

async function beginGrace(
  { database, clock }: Pick<Services, 'database' | 'clock'>,
  id: string,
  graceDays: number,
): Promise<Deletion> {
  const author = { actor: operatorActor(id), requestId: newId() };
  await permit({ ...author, database }, 'ACCESS_MANAGE', 'tenant.delete');
  const deletableFrom = new Date(clock.now().getTime() + graceDays * dayMs);
  await database.withTenant(id, async (tx) => {
    const { count } = await tx.tenant.updateMany({
      where: { id, suspendedAt: { not: null } },
      data: { deleteAfter: deletableFrom },
    });
    if (count === 0) throw new AppError('CONFLICT', 'the tenant was resumed meanwhile');
    const data = { deletableFrom: deletableFrom.toISOString() };
    await record(tx, author, { action: 'tenant.delete', target: { kind: 'tenant', id }, data });
  });
  return { id, deletableFrom };
}

/** Until there is nothing left: what was under way may have written behind the first look. */
async function eraseRows(services: Pick<Services, 'database'>, tenantId: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await erasePass(services, tenantId);
    if (rows === 0) return deleted;
    deleted += rows;
  }
}

/** Portion by portion, so that it can be broken off and begun again; the tenant itself goes last. */
async function erasePass(
  { database }: Pick<Services, 'database'>,
  tenantId: string,
): Promise<number> {
  let deleted = 0;
  for (const { name, column } of await tenantTables(database.pool)) {
    for (;;) {
      const { rowCount } = await database.pool.query(
        // Months of a table have rows in the same places, so that a place alone does not say whose a row is.
        `delete from ${name} where ${column} = $1::uuid
         and ctid = any(array(select ctid from ${name} where ${column} = $1::uuid limit ${portion}))`,
        [tenantId],
      );
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < portion) break;
    }
  }
  return deleted;
}

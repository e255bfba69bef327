import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Tenant } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { reachSuspended } from './reach-suspended.ts';
import { operatorActor } from './actor.ts';
import { findTenant } from './find-tenant.ts';
import { permit } from './permit.ts';
import { ringRevoked } from './revoked.ts';

type Needs = Pick<Services, 'database' | 'doorbell' | 'clock'>;

/** Which tenant the operator means, and why. */
export interface SuspensionWish {
  /** Its name or its id. */
  readonly tenant: string;
  readonly reason?: string | undefined;
}

/** Refuses the keys of a tenant, holds its jobs and starts nothing of it, until it is resumed. */
export function suspendTenant(services: Needs, wish: SuspensionWish): Promise<Tenant> {
  return change(services, wish, { action: 'tenant.suspend', suspendedAt: services.clock.now() });
}

/** Lets the keys of a suspended tenant in again and its held jobs go on where they stood. */
export function resumeTenant(services: Needs, wish: SuspensionWish): Promise<Tenant> {
  return change(services, wish, { action: 'tenant.resume', suspendedAt: null });
}

interface Change {
  readonly action: 'tenant.suspend' | 'tenant.resume';
  readonly suspendedAt: Date | null;
}

async function change(
  services: Needs,
  { tenant: wanted, reason }: SuspensionWish,
  { action, suspendedAt }: Change,
): Promise<Tenant> {
  const { id } = await services.database.asSystem((tx) => findTenant(tx, wanted));
  const context = { ...services, actor: operatorActor(id), requestId: newId() };
  await permit(context, 'ACCESS_MANAGE', action);
  const changed = await services.database.withTenant(id, async (tx) => {
    const { count } = await tx.tenant.updateMany({
      where: { id, suspendedAt: suspendedAt === null ? { not: null } : null },
      // Who lets a tenant in again does not want it deleted.
      data: { suspendedAt, deleteAfter: null },
    });
    if (count === 0) {
      const state = suspendedAt === null ? 'is not suspended' : 'is suspended already';
      throw new AppError('CONFLICT', `tenant ${wanted} ${state}`);
    }
    const data = reason === undefined ? {} : { reason };
    await record(tx, context, { action, target: { kind: 'tenant', id }, data });
    return tx.tenant.findUniqueOrThrow({ where: { id } });
  });
  ringRevoked(context, id);
  // What comes in while this goes on is for the workers.
  while (await reachSuspended(services));
  return changed;
}

import type { Services } from '../context.ts';
import { parseQuotas, type QuotaKind } from '../../kernel/config/quotas.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import { operatorActor } from './actor.ts';
import { findTenant } from './find-tenant.ts';
import { permit } from './permit.ts';
import { ownQuotas } from './quota.ts';

/** Which tenant the operator means, and what it may have: `keys=500`, or `keys=default` for what the setting says. */
export interface QuotaWish {
  readonly tenant: string;
  readonly changes: readonly string[];
}

/** A tenant with the quotas that are its own. */
export interface TenantQuotas {
  readonly id: string;
  readonly quotas: Readonly<Partial<Record<QuotaKind, number>>>;
}

/** Changes what a tenant may have; without changes it only answers what is its own. For whoever runs the platform. */
export async function setQuotas(
  { database }: Pick<Services, 'database'>,
  { tenant, changes }: QuotaWish,
): Promise<TenantQuotas> {
  const { id } = await database.asSystem((tx) => findTenant(tx, tenant));
  const author = { actor: operatorActor(id), requestId: newId() };
  await permit({ ...author, database }, 'ACCESS_MANAGE', 'tenant.set_quotas');
  const wanted = changes.map(readChange);
  return await database.withTenant(id, async (tx) => {
    await tx.$queryRaw`select from access.tenant where id = ${id}::uuid for update`;
    const before = await tx.tenant.findUniqueOrThrow({ where: { id } });
    const known = ownQuotas.safeParse(before.quotas);
    const quotas = wanted.reduce(changed, known.success ? known.data : {});
    if (wanted.length === 0) return { id, quotas };
    await tx.tenant.update({ where: { id }, data: { quotas } });
    const target = { kind: 'tenant', id };
    await record(tx, author, { action: 'tenant.set_quotas', target, data: { quotas } });
    return { id, quotas };
  });
}

interface Change {
  readonly isDefault: boolean;
  readonly kinds: readonly (readonly [QuotaKind, number])[];
}

function changed(quotas: TenantQuotas['quotas'], { isDefault, kinds }: Change) {
  const others = Object.entries(quotas).filter(([kind]) => !kinds.some(([name]) => name === kind));
  return Object.fromEntries([...others, ...(isDefault ? [] : kinds)]);
}

function readChange(text: string): Change {
  const isDefault = text.endsWith('=default');
  try {
    const parsed = parseQuotas(isDefault ? text.replace(/=default$/, '=0') : text);
    // The parser answers no other names.
    const kinds = Object.entries(parsed) as [QuotaKind, number][];
    return { isDefault, kinds };
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `${JSON.stringify(text)} is no quota such as keys=500`, {
      cause,
    });
  }
}

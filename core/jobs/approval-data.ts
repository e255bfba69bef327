import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Approval } from '../../prisma/_generated/client.ts';

interface DataRow {
  readonly id: string;
  readonly data: string;
}

/** Approvals with what they show as it was written: the driver of the models reads numbers as doubles. */
export async function withExactData(
  tx: Transaction,
  tenantId: string,
  approvals: readonly Approval[],
): Promise<Approval[]> {
  const ids = approvals.filter(({ data }) => hasNumber(data)).map(({ id }) => id);
  if (ids.length === 0) return [...approvals];
  const rows = await tx.$queryRaw<readonly DataRow[]>`
    select id::text, data::text as data from jobs.approval
    where tenant_id = ${tenantId}::uuid and id = any(${ids}::uuid[])`;
  const texts = new Map(rows.map(({ id, data }) => [id, data]));
  return approvals.map((approval) => {
    const text = texts.get(approval.id);
    return text === undefined ? approval : { ...approval, data: asColumn(text) };
  });
}

function hasNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number';
  return Object.values(value).some(hasNumber);
}

// A JSON column holds JSON; Prisma has a type of its own for it.
function asColumn(text: string): Approval['data'] {
  return parseJson(text) as unknown as Approval['data'];
}

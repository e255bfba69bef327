import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';
import type { Actor } from './actor.ts';
import { principalOf } from './actor.ts';

/** A caller and the keys that theirs was rotated from or into: all are the same one. */
export interface Line {
  /** `<kind>:<id>` of the first. */
  readonly first: string;
  readonly ids: readonly string[];
  /** `<kind>:<id>` of each. */
  readonly principals: readonly string[];
  /** `group:<name>` of each live group that they are in now. */
  readonly groups: readonly string[];
}

/** Who a caller is, whatever their key is by now. */
export async function lineOf(tx: Transaction, actor: Actor): Promise<Line> {
  const { kind, id, tenantId } = actor;
  const keys = kind === 'api_key' && isId(id) ? await keysOf(tx, tenantId, id) : [];
  const ids = keys.length === 0 ? [id] : keys.map((key) => key.id);
  const first = keys.find((key) => key.id === id)?.origin ?? id;
  return {
    first: principalOf({ kind, id: first }),
    ids,
    principals: ids.map((each) => principalOf({ kind, id: each })),
    groups: kind === 'user' && isId(id) ? await groupsOf(tx, actor) : [],
  };
}

/** Those that the member was added to, and those that their identity provider says they are in. */
async function groupsOf(
  tx: Transaction,
  { tenantId, id, groups = [] }: Actor,
): Promise<readonly string[]> {
  const rows = await tx.memberGroup.findMany({
    where: {
      ...{ tenantId, deletedAt: null },
      OR: [{ members: { some: { memberId: id } } }, { id: { in: [...groups] } }],
    },
    select: { name: true },
  });
  return rows.map(({ name }) => groupApprover(name));
}

/** How an approval asks for somebody of a group. */
export function groupApprover(name: string): string {
  return `group:${name}`;
}

interface KeyOfLine {
  readonly id: string;
  readonly origin: string | null;
}

async function keysOf(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<readonly KeyOfLine[]> {
  const own = await tx.apiKey.findUnique({
    where: { tenantId_id: { tenantId, id } },
    select: { id: true, origin: true },
  });
  if (own === null) return [];
  const first = own.origin ?? own.id;
  return tx.apiKey.findMany({
    where: { tenantId, OR: [{ id: first }, { origin: first }] },
    select: { id: true, origin: true },
  });
}

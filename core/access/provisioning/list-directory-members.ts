import { z } from 'zod';

import { Prisma, type Member } from '../../../prisma/_generated/client.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { permit } from '../permit.ts';

/** Members of a page, at most. */
const maxDirectoryPage = 200;

const wish = z.strictObject({
  email: z.string().max(254).nullish(),
  externalId: z.string().max(255).nullish(),
  startIndex: z.int().min(1).max(1_000_000),
  count: z.int().min(0).max(maxDirectoryPage),
});

/** A page, and how many there are beside it. */
export interface DirectoryMembers {
  readonly totalCount: number;
  readonly nodes: readonly Member[];
}

/**
 * Members of the tenant by address, deactivated ones too. Of an address that several have had it is the active one, else
 * the one who came last, so that a directory finds one for each.
 */
export async function listDirectoryMembers(
  context: VerbContext,
  input: unknown,
): Promise<DirectoryMembers> {
  await permit(context, 'ACCESS_PROVISION');
  const { email, externalId, startIndex, count } = parse(wish, input, '');
  const { tenantId } = context.actor;
  const known = Prisma.sql`(
    select distinct on (lower(email)) id, lower(email) as address, external_id from access.member
    where tenant_id = ${tenantId}::uuid
      and (${email ?? null}::text is null or lower(email) = lower(${email ?? null}::text))
    order by lower(email), (removed_at is null) desc, id desc) as known`;
  const matches = Prisma.sql`${externalId ?? null}::text is null or external_id = ${externalId ?? null}::text`;
  return await read(context, async (tx) => {
    const [counted] = await tx.$queryRaw<readonly { total: number }[]>`
      select count(*)::int as total from ${known} where ${matches}`;
    const rows = await tx.$queryRaw<readonly { id: string }[]>`
      select id::text from ${known} where ${matches} order by address limit ${count} offset ${startIndex - 1}`;
    const ids = rows.map(({ id }) => id);
    const members = await tx.member.findMany({ where: { tenantId, id: { in: ids } } });
    const byId = new Map(members.map((member) => [member.id, member]));
    return {
      totalCount: counted?.total ?? 0,
      nodes: ids.flatMap((id) => byId.get(id) ?? []),
    };
  });
}

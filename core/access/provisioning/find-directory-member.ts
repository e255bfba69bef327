import type { Member } from '../../../prisma/_generated/client.ts';
import { isId } from '../../../kernel/ids.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';
import { permit } from '../permit.ts';

/** A member of the caller's tenant, deactivated or not. */
export async function findDirectoryMember(
  context: VerbContext,
  id: string,
): Promise<Member | null> {
  await permit(context, 'ACCESS_PROVISION');
  if (!isId(id)) return null;
  const { tenantId } = context.actor;
  return await read(context, (tx) =>
    tx.member.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}

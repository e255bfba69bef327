import type { Member } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** A live member of the caller's tenant. */
export async function loadMember(context: VerbContext, id: string): Promise<Member> {
  const { tenantId } = context.actor;
  const member = await read(context, (tx) =>
    tx.member.findFirst({ where: { tenantId, id, removedAt: null } }),
  );
  if (member === null) throw new NotFoundError('member', id);
  return member;
}

import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { withRole } from './member-actor.ts';
import type { MemberWithRole } from './member-actor.ts';

/** A live member of the caller's tenant. */
export async function loadMember(context: VerbContext, id: string): Promise<MemberWithRole> {
  const { tenantId } = context.actor;
  const member = await read(context, (tx) =>
    tx.member.findFirst({ where: { tenantId, id, removedAt: null }, include: withRole }),
  );
  if (member === null) throw new NotFoundError('member', id);
  return member;
}

import { z } from 'zod';
import type { Member } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { reachJobs } from '../jobs/reach-jobs.ts';
import { parse, refuse } from '../parse.ts';
import { principalOf } from './actor.ts';
import { jobsPolicyInput } from './jobs-policy.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadMember } from './load-member.ts';
import { grantOfMember } from './member-actor.ts';
import { idInput } from './names.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const removeInput = z.strictObject({ ...idInput.shape, jobs: jobsPolicyInput });

/** Ends a membership, unless the member may do more than the caller, and does to the member's jobs what the caller wants. */
export async function removeMember(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_MANAGE', 'member.remove');
  const { id, jobs: policy } = parse(removeInput, input);
  const { tenantId } = context.actor;
  const { role, customRoleId, ...own } = await loadMember(context, id);
  const held = grantOfMember({ role, ...own });
  await permitGrant(context, held, 'member.remove');
  const member = await context.database.withTenant(tenantId, async (tx) => {
    await keepAdmin(tx, { tenantId, id, grant: held });
    const { count } = await tx.member.updateMany({
      where: { tenantId, id, role, customRoleId, removedAt: null },
      data: { removedAt: context.clock.now(), jobsPolicy: policy },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the member was changed meanwhile; try again');
    await record(tx, context, {
      action: 'member.remove',
      target: { kind: 'member', id },
      data: { jobs: policy },
    });
    return tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  ringRevoked(context, id);
  await reachJobs(context, { submitter: principalOf({ kind: 'user', id }), policy });
  return member;
}

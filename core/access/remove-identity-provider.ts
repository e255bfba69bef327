import { z } from 'zod';

import type { IdentityProvider } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { reachJobs } from '../jobs/reach-jobs.ts';
import { parse, refuse } from '../parse.ts';
import { jobsPolicyInput } from './jobs-policy.ts';
import { keepAdmin } from './keep-admin.ts';
import { lostMembers } from './lost-issuer.ts';
import { idInput } from './names.ts';
import { permissions } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const removeInput = z.strictObject({ ...idInput.shape, jobs: jobsPolicyInput });

/**
 * Trusts an issuer no more: its tokens and the sessions that began with it end, and so do the
 * jobs of members who have no other, unless no admin could get in then.
 */
export async function removeIdentityProvider(
  context: VerbContext,
  input: unknown,
): Promise<IdentityProvider> {
  await permit(context, permissions, 'identity_provider.remove');
  await permitGrant(context, { permissions }, 'identity_provider.remove');
  const { id, jobs: policy } = parse(removeInput, input);
  const { tenantId } = context.actor;
  const removed = await context.database.withTenant(tenantId, async (tx) => {
    const key = { tenantId_id: { tenantId, id } };
    const provider = await tx.identityProvider.findUnique({ where: key });
    if (provider === null) throw new NotFoundError('identity provider', id);
    const { issuer } = provider;
    const manages = { customRole: { permissions: { has: 'ACCESS_MANAGE' } } } as const;
    const isAdmin = { OR: [{ role: 'ADMIN' as const }, manages] };
    const inAdmins = { groups: { some: { group: { deletedAt: null, ...isAdmin } } } };
    const admins = { tenantId, issuer, removedAt: null, OR: [isAdmin, inAdmins] };
    if ((await tx.member.count({ where: admins })) > 0)
      await keepAdmin(tx, { tenantId, id, grant: { permissions } });
    const { count } = await tx.identityProvider.updateMany({
      where: { tenantId, id, removedAt: null },
      data: { removedAt: context.clock.now(), jobsPolicy: policy },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the identity provider is removed already');
    await record(tx, context, {
      action: 'identity_provider.remove',
      target: { kind: 'identity_provider', id },
      data: { jobs: policy },
    });
    return tx.identityProvider.findUniqueOrThrow({ where: key });
  });
  ringRevoked(context, id);
  for (const submitter of await lostMembers(context, removed.issuer))
    await reachJobs(context, { submitter, policy });
  return removed;
}

import { z } from 'zod';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { reachJobs } from '../jobs/reach-jobs.ts';
import { parse, refuse } from '../parse.ts';
import { principalOf } from './actor.ts';
import { withoutSecret } from './insert-api-key.ts';
import type { ApiKeyRecord } from './insert-api-key.ts';
import { jobsPolicyInput } from './jobs-policy.ts';
import { idInput } from './names.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadKey } from './key-grant.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const revokeInput = z.strictObject({ ...idInput.shape, jobs: jobsPolicyInput });

/** Ends a key at once that may do no more than the caller, unless it is the last of an admin, and does to the jobs submitted with it what the caller wants. */
export async function revokeApiKey(context: VerbContext, input: unknown): Promise<ApiKeyRecord> {
  await permit(context, 'ACCESS_MANAGE', 'api_key.revoke');
  const { id, jobs: policy } = parse(revokeInput, input);
  const { tenantId } = context.actor;
  const { grant } = await loadKey(context, id);
  await permitGrant(context, grant, 'api_key.revoke');
  const revoked = await context.database.withTenant(tenantId, async (tx) => {
    const key = { tenantId_id: { tenantId, id } };
    const isLive = (await tx.apiKey.count({ where: { tenantId, id, revokedAt: null } })) > 0;
    if (isLive) await keepAdmin(tx, { tenantId, id, grant });
    const { count } = await tx.apiKey.updateMany({
      where: { tenantId, id, revokedAt: null },
      data: { revokedAt: context.clock.now(), jobsPolicy: policy },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the key is already revoked');
    await record(tx, context, {
      action: 'api_key.revoke',
      target: { kind: 'api_key', id },
      data: { jobs: policy },
    });
    return tx.apiKey.findUniqueOrThrow({ where: key, omit: withoutSecret });
  });
  ringRevoked(context, id);
  await reachJobs(context, { submitter: principalOf({ kind: 'api_key', id }), policy });
  return revoked;
}

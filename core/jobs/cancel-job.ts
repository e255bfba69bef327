import { z } from 'zod';

import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { cancelTree } from './cancel-tree.ts';
import { ringControl, ringReady } from './channels.ts';
import { idInput, reason } from './names.ts';

const cancelInput = z.strictObject({ ...idInput.shape, reason, force: z.boolean().nullish() });

/** Ends a job that is not over, and the children it waits for; what its worker still writes changes nothing. */
export async function cancelJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.cancel');
  const { id, reason: why, force } = parse(cancelInput, input);
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.cancel' },
  );
  const told = why ? { reason: why } : {};
  const { tenantId } = context.actor;
  const cancelled = await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    const entries = await cancelTree(tx, context, { jobId: id, told, isForced: force === true });
    for (const entry of entries) await record(tx, context, entry);
    return entries;
  });
  for (const { jobId } of cancelled) ringControl(context, jobId);
  ringReady(context);
  return { id };
}

import { z } from 'zod';

import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { cancelTree } from './cancel-tree.ts';
import { ringControl } from './channels.ts';
import { idInput, reason } from './names.ts';

const cancelInput = z.strictObject({ ...idInput.shape, reason });

/** Ends a job that is not over, and the children it waits for; what its worker still writes changes nothing. */
export async function cancelJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.cancel');
  const { id, reason: why } = parse(cancelInput, input);
  await permitFor(
    context,
    { kind: 'Job', id },
    { permission: 'JOBS_OPERATE', action: 'job.cancel' },
  );
  const told = why ? { reason: why } : {};
  const cancelled = await beyondReach(context).database.withTenant(context.actor.tenantId, (tx) =>
    cancelTree(tx, context, { jobId: id, told }),
  );
  for (const jobId of cancelled) ringControl(context, jobId);
  return { id };
}

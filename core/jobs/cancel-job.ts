import { z } from 'zod';

import { cancelJob as cancelQueued } from '../../queue/requests.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { ringControl } from './channels.ts';
import { idInput, reason } from './names.ts';

const cancelInput = z.strictObject({ ...idInput.shape, reason });

/** Ends a job that is not over; what its worker still writes changes nothing. */
export async function cancelJob(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, 'JOBS_OPERATE', 'job.cancel');
  const { id, reason: why } = parse(cancelInput, input);
  const { tenantId, name } = context.actor;
  const told = why ? { reason: why } : {};
  await context.database.withTenant(tenantId, async (tx) => {
    await cancelQueued(inTransaction(tx), { tenantId, jobId: id }, { by: name, ...told });
    await record(tx, context, {
      action: 'job.cancel',
      target: { kind: 'job', id },
      jobId: id,
      data: told,
    });
  });
  ringControl(context, id);
  return { id };
}

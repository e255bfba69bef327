import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';

/** Whoever opens a way for events in, or says by which secret, could send each of them: that takes both permissions. */
export async function permitInbound(context: VerbContext, action: string): Promise<void> {
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_OPERATE'], action);
  await permitWhole(context, 'INTEGRATIONS_MANAGE', action);
  await permitWhole(context, 'JOBS_OPERATE', action);
}

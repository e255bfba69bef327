import type { Approval } from '../../prisma/_generated/client.ts';
import { approvalEvents } from '../../queue/approval-events.ts';
import type { StoredEvent } from '../../queue/tail-events.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { tenantCursor } from './job-event.ts';
import { shownApprovals } from './sensitive/shown-rows.ts';
import { tailTenant } from './tail-tenant.ts';
import type { TailOptions, TenantBatch } from './tail-tenant.ts';

export interface ApprovalRequest {
  readonly cursor: string;
  readonly approval: Approval;
}

const types: ReadonlySet<string> = new Set(Object.values(approvalEvents));

/** Approvals of the tenant as they are asked for and decided: what follows the cursor, then live. */
export async function tailApprovals(
  context: VerbContext,
  options: TailOptions,
): Promise<AsyncGenerator<ApprovalRequest, void, undefined>> {
  await permit(context, 'JOBS_READ');
  return approvalsIn(context, await tailTenant(context, options));
}

async function* approvalsIn(
  context: VerbContext,
  batches: AsyncIterable<TenantBatch>,
): AsyncGenerator<ApprovalRequest, void, undefined> {
  for await (const batch of batches) {
    const telling = batch.events.filter(({ type }) => types.has(type));
    if (telling.length === 0) continue;
    const approvals = await batch.approvals();
    for (const event of telling) {
      const approval = approvals.get(event.jobId)?.find((candidate) => isAbout(event, candidate));
      if (approval === undefined) continue;
      const [shown = approval] = await shownApprovals(context, [approval]);
      yield { cursor: await tenantCursor(context, event.cursor), approval: shown };
    }
  }
}

/** A request names the approval, a decision the wait that it answers. */
function isAbout({ data }: StoredEvent, { id, key }: Approval): boolean {
  return data['approvalId'] === id || data['wait'] === key;
}

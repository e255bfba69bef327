import { existingIds } from '../../core/existing-ids.ts';
import { loadCalls, loadIntegrations } from '../../core/integrations/load-integrations.ts';
import type { Integration } from '../../kernel/database/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { byId } from '../server/by-id.ts';
import type { SubgraphContext } from '../server/context.ts';
import type { JobNode } from './nodes.ts';

export const integrations = byId(loadIntegrations);
export const calls = byId(loadCalls);

export const jobs = byId<JobNode>(async (context, ids) => {
  const found = await existingIds(context, 'job', ids);
  return new Map([...found].map((id) => [id, { id }]));
});

/** The integration that a call belongs to. */
export async function integrationRow(context: SubgraphContext, id: string): Promise<Integration> {
  const row = await integrations(context).load(id);
  if (row === null) throw new NotFoundError('integration', id);
  return row;
}

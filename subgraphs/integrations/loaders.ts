import { existingIds } from '../../core/existing-ids.ts';
import { listCalls } from '../../core/integrations/list-calls.ts';
import type { CallPage } from '../../core/integrations/list-calls.ts';
import { loadConsents } from '../../core/integrations/load-consents.ts';
import { type IntegrationHealth, loadHealth } from '../../core/integrations/load-health.ts';
import { loadCalls, loadIntegrations } from '../../core/integrations/load-integrations.ts';
import type { Integration, IntegrationCall } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { byId } from '../server/by-id.ts';
import type { SubgraphContext } from '../server/context.ts';
import { pagesOf } from '../server/pages.ts';
import type { JobNode } from './nodes.ts';

export const integrations = byId(loadIntegrations);
export const consents = byId(loadConsents);
export const calls = byId(loadCalls);
export const callsOfIntegration = pagesOf<CallPage, IntegrationCall>((context, wanted) =>
  listCalls(context, 'integration', wanted),
);
export const callsOfJob = pagesOf<CallPage, IntegrationCall>((context, wanted) =>
  listCalls(context, 'job', wanted),
);

export const jobs = byId<JobNode>(async (context, ids) => {
  const found = await existingIds(context, 'job', ids);
  return new Map([...found].map((id) => [id, { id }]));
});

const healths = byId(loadHealth);

/** How an integration has been. */
export async function healthOf(context: SubgraphContext, id: string): Promise<IntegrationHealth> {
  const health = await healths(context).load(id);
  if (health === null) throw new NotFoundError('integration', id);
  return health;
}

/** The integration that a call belongs to. */
export async function integrationRow(context: SubgraphContext, id: string): Promise<Integration> {
  const row = await integrations(context).load(id);
  if (row === null) throw new NotFoundError('integration', id);
  return row;
}

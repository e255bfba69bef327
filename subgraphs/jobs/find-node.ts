import { loadApiKeys, loadMembers } from '../../core/access/load-access.ts';
import { findInboundWebhook } from '../../core/inbound/list-inbound-webhooks.ts';
import { loadCalls, loadIntegrations } from '../../core/integrations/load-integrations.ts';
import { findBacktest } from '../../core/jobs/backtests/list-backtests.ts';
import { findBulkOperation } from '../../core/jobs/bulk/list-bulk-operations.ts';
import { findBatch } from '../../core/jobs/find-batch.ts';
import { findSchedule } from '../../core/jobs/schedules/find-schedule.ts';
import { type NodeKind, nodeKinds } from '../../core/node-kinds.ts';
import { findDelivery } from '../../core/webhooks/find-webhook.ts';
import { AppError } from '../../kernel/errors.ts';
import { byId } from '../server/by-id.ts';
import type { SubgraphContext } from '../server/context.ts';
import type { ResolversTypes } from './_generated/resolvers.ts';
import { agents, agentVersions, approvals, jobs, webhooks } from './loaders.ts';
import { presentBatch, presentJob } from './presenters.ts';

/** What stands for a thing on its way through resolvers; one of another subgraph is only its id. */
type FoundNode = Awaited<ResolversTypes['Node']> & { readonly __typename: NodeKind };

type Find = (context: SubgraphContext, id: string) => Promise<object | null>;

const kinds = byId(nodeKinds);
const integrations = byId(loadIntegrations);
const calls = byId(loadCalls);
const members = byId(loadMembers);
const apiKeys = byId(loadApiKeys);

/** How each kind is found by who may read it; its verb decides. */
const finders: Readonly<Record<NodeKind, Find>> = {
  Job: async (context, id) => presentJob(context, await jobs(context).load(id)),
  Agent: (context, id) => agents(context).load(id),
  AgentVersion: (context, id) => agentVersions(context).load(id),
  JobBatch: async (context, id) => presentBatch(await findBatch(context, id)),
  Approval: (context, id) => approvals(context).load(id),
  BulkOperation: findBulkOperation,
  Backtest: findBacktest,
  Schedule: findSchedule,
  Webhook: (context, id) => webhooks(context).load(id),
  WebhookDelivery: findDelivery,
  InboundWebhook: findInboundWebhook,
  Integration: async (context, id) => stub(await integrations(context).load(id)),
  IntegrationCall: async (context, id) => stub(await calls(context).load(id)),
  Member: async (context, id) => stub(await members(context).load(id)),
  ApiKey: async (context, id) => stub(await apiKeys(context).load(id)),
  // Reading the log is put on record where its events are read; that there is one of this id, the ids have told.
  AuditEvent: (_context, id) => Promise.resolve({ id }),
  Tenant: (_context, id) => Promise.resolve({ id }),
};

/** A thing by its id; null for what the caller has none of, or may not read. */
export async function findNode(context: SubgraphContext, id: string): Promise<FoundNode | null> {
  const kind = await kinds(context).load(id);
  if (kind === null) return null;
  try {
    const found = await finders[kind](context, id);
    return found === null ? null : withKind(found, kind);
  } catch (error) {
    if (error instanceof AppError && error.code === 'FORBIDDEN') return null;
    throw error;
  }
}

const mostNodes = 100;

/** Things by their ids, in that order; one that cannot be read fails alone. */
export function findNodes(
  context: SubgraphContext,
  ids: readonly string[],
): readonly Promise<FoundNode>[] {
  if (ids.length > mostNodes)
    throw new AppError('BAD_USER_INPUT', `at most ${String(mostNodes)} ids`, { path: 'ids' });
  // A member may be null; the generated types do not know that the promise of one may be, too.
  return ids.map((id) => findNode(context, id) as Promise<FoundNode>);
}

function stub(row: { readonly id: string } | null): { readonly id: string } | null {
  return row === null ? null : { id: row.id };
}

// The finder of a kind answers what resolvers of that kind take.
function withKind(found: object, kind: NodeKind): FoundNode {
  return { ...found, __typename: kind } as FoundNode;
}

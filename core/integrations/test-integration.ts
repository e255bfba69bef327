import type { TestResult } from '../../connectors/connector.ts';
import { idInput } from '../access/names.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { connectorOf } from './connectors.ts';
import { loadIntegration } from './load-integration.ts';
import { openTarget } from './target.ts';

const timeoutMs = 10_000;

/** Reaches out once; that it did is on record before, and what came of it after. */
export async function testIntegration(context: VerbContext, input: unknown): Promise<TestResult> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.test');
  const { id } = parse(idInput, input);
  const thing = { kind: 'integration', id } as const;
  await permitFor(context, thing, {
    permission: 'INTEGRATIONS_MANAGE',
    action: 'integration.test',
  });
  const { tenantId } = context.actor;
  const entry = { action: 'integration.test', target: { kind: 'integration', id } } as const;
  const { kind } = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, id);
    await record(tx, context, { ...entry, data: { phase: 'intent' } });
    return integration;
  });
  const target = await openTarget(context, { tenantId, integrationId: id });
  const result = await connectorOf(context.connectors, kind).testConnection(target.config, {
    ...target.owner,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, {
      ...entry,
      data: { phase: 'outcome', isReachable: result.isReachable },
    }),
  );
  return result;
}

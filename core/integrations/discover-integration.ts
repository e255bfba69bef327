import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import { idInput } from '../access/names.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { connectorOf } from './connectors.ts';
import { loadIntegration } from './load-integration.ts';
import { replaceConfig } from './replace-config.ts';
import { revokeConsent } from './revoke-consent.ts';
import { openTarget } from './target.ts';

const timeoutMs = 60_000;

/** Asks the system what it offers and keeps that in the configuration; what does not fit it any more is refused, and nothing changed. */
export async function discoverIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.discover');
  const { id } = parse(idInput, input);
  const thing = { kind: 'integration', id } as const;
  await permitFor(context, thing, {
    permission: 'INTEGRATIONS_MANAGE',
    action: 'integration.discover',
  });
  const { tenantId } = context.actor;
  const entry = { action: 'integration.discover', target: { kind: 'integration', id } } as const;
  const before = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, id);
    await record(tx, context, { ...entry, data: { phase: 'intent' } });
    return integration;
  });
  const { discover } = connectorOf(context.connectors, before.kind);
  if (discover === undefined) throw nothingToAsk(before.kind);
  const target = await openTarget(context, { tenantId, integrationId: id });
  const config = await discover(target.config, {
    ...target.owner,
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { replaced, leaving } = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, id);
    // What was asked about may be another system by now.
    if (integration.updatedAt.getTime() !== before.updatedAt.getTime())
      throw new AppError('CONFLICT', 'the integration was changed meanwhile; ask again');
    const done = await replaceConfig(tx, context, { integration, config });
    await record(tx, context, { ...entry, data: { phase: 'outcome', ...done.data } });
    return done;
  });
  await revokeConsent(context, leaving);
  return replaced;
}

function nothingToAsk(kind: string): RefusedError {
  const message = `integrations of kind ${kind} have nothing to discover`;
  return new RefusedError('BAD_USER_INPUT', [
    { code: 'BAD_USER_INPUT', field: 'input.id', message },
  ]);
}

import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { loadIntegration } from './load-integration.ts';
import { replaceConfig } from './replace-config.ts';
import { revokeConsent } from './revoke-consent.ts';

const updateIntegrationInput = z.strictObject({ id: z.uuid(), config: jsonValue });

/** Replaces the configuration; calls already under way end with the old one. */
export async function updateIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.update');
  const { id, config } = parse(updateIntegrationInput, input);
  const thing = { kind: 'integration', id } as const;
  await permitFor(context, thing, {
    permission: 'INTEGRATIONS_MANAGE',
    action: 'integration.update',
  });
  const { tenantId } = context.actor;
  const { replaced, leaving } = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, id);
    const done = await replaceConfig(tx, context, { integration, config });
    const { data } = done;
    const hasData = Object.keys(data).length > 0;
    await record(tx, context, {
      action: 'integration.update',
      target: { kind: 'integration', id },
      ...(hasData ? { data } : {}),
    });
    return done;
  });
  await revokeConsent(context, leaving);
  return replaced;
}

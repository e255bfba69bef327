import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { checkSettings, connectorOf } from './connectors.ts';
import { awaitConsent, storeCredential } from './credential.ts';
import { loadIntegration } from './load-integration.ts';
import { leavingConsent, revokeConsent } from './revoke-consent.ts';

const setCredentialInput = z.strictObject({ integrationId: z.uuid(), credential: jsonValue });

/** Replaces the credential; the one before is destroyed. */
export async function setCredential(context: VerbContext, input: unknown): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'credential.set');
  const { integrationId, credential } = parse(setCredentialInput, input);
  const thing = { kind: 'integration', id: integrationId } as const;
  await permitFor(context, thing, { permission: 'INTEGRATIONS_MANAGE', action: 'credential.set' });
  const { tenantId } = context.actor;
  const { replaced, leaving } = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, integrationId);
    const connector = connectorOf(context.connectors, integration.kind);
    checkSettings(connector, { credential });
    const consent = await leavingConsent(tx, context, integration);
    const version = integration.credentialVersion + 1;
    const key = { tenantId, integrationId, version };
    await storeCredential(tx, context.keyring, { ...key, credential });
    await awaitConsent(tx, key, { connector, credential });
    await record(tx, context, {
      action: 'credential.set',
      target: { kind: 'integration', id: integrationId },
      data: { version },
    });
    const updated = await tx.integration.update({
      where: { tenantId_id: { tenantId, id: integrationId } },
      data: {
        credentialVersion: version,
        credentialDroppedAt: null,
        updatedAt: context.clock.now(),
      },
    });
    return { replaced: updated, leaving: consent };
  });
  await revokeConsent(context, leaving);
  return replaced;
}

import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { checkSettings, connectorOf } from './connectors.ts';
import { storeCredential } from './credential.ts';
import { loadIntegration } from './load-integration.ts';

const setCredentialInput = z.strictObject({ integrationId: z.uuid(), credential: jsonValue });

/** Replaces the credential; the one before is destroyed. */
export async function setCredential(context: VerbContext, input: unknown): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'credential.set');
  const { integrationId, credential } = parse(setCredentialInput, input);
  const thing = { kind: 'integration', id: integrationId } as const;
  await permitFor(context, thing, { permission: 'INTEGRATIONS_MANAGE', action: 'credential.set' });
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const { kind, credentialVersion } = await loadIntegration(tx, tenantId, integrationId);
    checkSettings(connectorOf(context.connectors, kind), { credential });
    const version = credentialVersion + 1;
    await storeCredential(tx, context.keyring, { tenantId, integrationId, version, credential });
    await record(tx, context, {
      action: 'credential.set',
      target: { kind: 'integration', id: integrationId },
      data: { version },
    });
    return tx.integration.update({
      where: { tenantId_id: { tenantId, id: integrationId } },
      data: {
        credentialVersion: version,
        credentialDroppedAt: null,
        updatedAt: context.clock.now(),
      },
    });
  });
}

import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { labelsInput } from '../access/labels.ts';
import { permitLabels } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { requireRoom } from '../access/quota.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse, refuse } from '../parse.ts';
import { checkSettings, connectorOf } from './connectors.ts';
import { awaitConsent, storeCredential } from './credential.ts';
import { sealHeaders } from './header-values.ts';
import { jsonOrNull, requireAll } from './replace-config.ts';

const createIntegrationInput = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,63}$/, 'must be letters, digits and dashes, 1 to 63 characters'),
  kind: z.string().max(63),
  config: jsonValue,
  credential: jsonValue.optional(),
  labels: labelsInput.nullish(),
});

/** Connects an outside system. */
export async function createIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.create');
  const { name, kind, config, credential: given, ...rest } = parse(createIntegrationInput, input);
  const labels = rest.labels ?? {};
  const needed = ['INTEGRATIONS_MANAGE', 'INTEGRATIONS_READ'] as const;
  await permitLabels(context, labels, { needed, action: 'integration.create' });
  const credential = given ?? undefined;
  const connector = connectorOf(context.connectors, kind);
  checkSettings(connector, {
    config,
    ...(credential === undefined ? {} : { credential }),
  });
  requireAll(connector, config);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'integrations');
    const id = newId();
    const version = credential === undefined ? 0 : 1;
    const key = { tenantId, integrationId: id };
    const stored = sealHeaders(connector, context.keyring, { ...key, config });
    const inserted = await tx.$executeRaw`
      insert into integrations.integration (tenant_id, id, name, kind, config, sealed_headers, labels, credential_version)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${kind}, ${JSON.stringify(stored.config)}::jsonb,
        ${jsonOrNull(stored.sealedHeaders)}::jsonb, ${JSON.stringify(labels)}::jsonb, ${version})
      on conflict (tenant_id, name) where deleted_at is null do nothing`;
    if (inserted === 0) refuse('ALREADY_EXISTS', 'input.name', 'an integration has this name');
    if (credential !== undefined) {
      await storeCredential(tx, context.keyring, { ...key, version, credential });
      await awaitConsent(tx, { ...key, version }, { connector, credential });
    }
    await record(tx, context, {
      action: 'integration.create',
      target: { kind: 'integration', id },
      data: { name, kind, hasCredential: credential !== undefined, labels },
    });
    return tx.integration.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}

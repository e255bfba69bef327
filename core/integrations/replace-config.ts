import type { Connector } from '../../connectors/connector.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { RefusedError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { checkSettings, connectorOf } from './connectors.ts';
import { forgetTokens } from './credential.ts';
import { openHeaders, sealHeaders } from './header-values.ts';
import { leavingConsent, type LeavingConsent } from './revoke-consent.ts';

/** A locked integration and the whole configuration that it gets. */
interface Replacement {
  readonly integration: Integration;
  readonly config: JsonValue;
}

/** The row as it is now, and what its audit row has to tell. */
interface Replaced {
  readonly replaced: Integration;
  readonly data: JsonObject;
  /** For `revokeConsent`, once this is kept. */
  readonly leaving: LeavingConsent | undefined;
}

/**
 * Writes another configuration; the caller records it. Where another system is called from now on, the credential and the values
 * of headers go: they were given for the one before.
 */
export async function replaceConfig(
  tx: Transaction,
  context: VerbContext,
  { integration, config }: Replacement,
): Promise<Replaced> {
  const { tenantId, id } = integration;
  const connector = connectorOf(context.connectors, integration.kind);
  checkSettings(connector, { config });
  const before = openHeaders(connector, context.keyring, { ...integration, integrationId: id });
  const [from, to] = [connector.destinationOf(before), connector.destinationOf(config)];
  const kept = from === to ? connector.hideSecrets(before).values : {};
  const whole = connector.showSecrets(config, kept);
  requireAll(connector, whole);
  const key = { tenantId, integrationId: id };
  const stored = sealHeaders(connector, context.keyring, { ...key, config: whole });
  await tx.$executeRaw`
    update integrations.integration set config = ${JSON.stringify(stored.config)}::jsonb,
      sealed_headers = ${jsonOrNull(stored.sealedHeaders)}::jsonb, updated_at = clock_timestamp()
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  const leaving = from === to ? undefined : await leavingConsent(tx, context, integration);
  const isDropped = from !== to && (await dropCredential(tx, key));
  const replaced = await tx.integration.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
  });
  const data = from === to ? {} : { from, to, isCredentialDropped: isDropped };
  return { replaced, data, leaving };
}

/** A value that is hidden and not known is nothing that could be sent. */
export function requireAll(connector: Connector, config: JsonValue): void {
  const problems = connector.hiddenPlaces(config).map((place) => ({
    code: 'BAD_USER_INPUT',
    field: `input.config${place.replaceAll('/', '.')}`,
    message: 'the value is hidden and not known here; give it again',
  }));
  if (problems.length > 0) throw new RefusedError('BAD_USER_INPUT', problems);
}

export function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Versions go on counting: whatever is kept under the one before is not used for the next. */
async function dropCredential(
  tx: Transaction,
  where: { readonly tenantId: string; readonly integrationId: string },
): Promise<boolean> {
  const { count } = await tx.credential.deleteMany({ where });
  await forgetTokens(tx, where);
  if (count === 0) return false;
  const { tenantId, integrationId: id } = where;
  await tx.$executeRaw`
    update integrations.integration set credential_dropped_at = clock_timestamp()
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  return true;
}

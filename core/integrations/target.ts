import type { CallContext } from '../../connectors/connector.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';
import type { Database } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { connectorOf, type Connectors } from './connectors.ts';
import { openCredential } from './credential.ts';
import { openHeaders } from './header-values.ts';

/** An integration ready to be called: its configuration and its opened credential. */
export interface Target {
  readonly kind: string;
  readonly config: JsonValue;
  readonly owner: Pick<
    CallContext,
    'tenantId' | 'integrationId' | 'integrationName' | 'credential' | 'credentialVersion'
  >;
}

/** Where targets are found and opened. */
export interface TargetServices {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly connectors: Connectors;
}

interface TargetKey {
  readonly tenantId: string;
  readonly integrationId: string;
}

/** Reads an integration with its newest credential. What it returns holds a secret: call with it, keep it no longer than needed. */
export async function openTarget(
  { database, keyring, connectors }: TargetServices,
  { tenantId, integrationId }: TargetKey,
): Promise<Target> {
  const found = await database.withTenant(
    tenantId,
    (tx) =>
      tx.integration.findFirst({
        where: { tenantId, id: integrationId, deletedAt: null },
        include: { credentials: { orderBy: { version: 'desc' }, take: 1 } },
      }),
    { isReadOnly: true },
  );
  if (found === null) throw new NotFoundError('integration', integrationId);
  const [credential] = found.credentials;
  const version = credential?.version ?? 0;
  return {
    kind: found.kind,
    config: openHeaders(connectorOf(connectors, found.kind), keyring, { ...found, integrationId }),
    owner: {
      tenantId,
      integrationId,
      integrationName: found.name,
      credentialVersion: version,
      credential:
        credential === undefined
          ? undefined
          : openCredential(keyring, { tenantId, integrationId, version }, credential.sealed),
    },
  };
}

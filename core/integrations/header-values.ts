import { z } from 'zod';

import type { Connector } from '../../connectors/connector.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';

/** Which integration: sealed values that are moved to another do not open. */
interface HeaderKey {
  readonly tenantId: string;
  readonly integrationId: string;
}

/** A configuration as it is stored: without the values of its secret headers, and those sealed. */
export interface StoredConfig {
  readonly config: JsonValue;
  /** Null where there are none. */
  readonly sealedHeaders: ReturnType<Keyring['seal']> | null;
}

const headerValues = z.record(z.string(), z.string());

/** Splits a whole configuration for its row. */
export function sealHeaders(
  connector: Connector,
  keyring: Keyring,
  { config, ...key }: HeaderKey & { readonly config: JsonValue },
): StoredConfig {
  const { shown, values } = connector.hideSecrets(config);
  const isEmpty = Object.keys(values).length === 0;
  const sealedHeaders = isEmpty ? null : keyring.seal(JSON.stringify(values), aadOf(key));
  return { config: shown, sealedHeaders };
}

/** The whole configuration of a row. */
export function openHeaders(
  connector: Connector,
  keyring: Keyring,
  { config, sealedHeaders, ...key }: HeaderKey & { config: unknown; sealedHeaders: unknown },
): JsonValue {
  const shown = z.json().parse(config);
  if (sealedHeaders === null) return shown;
  const plain = keyring.open(sealedSecret.parse(sealedHeaders), aadOf(key));
  const values = headerValues.parse(parseJson(Buffer.from(plain).toString()));
  return connector.showSecrets(shown, values);
}

function aadOf({ tenantId, integrationId }: HeaderKey): string {
  return `${tenantId}:${integrationId}:headers`;
}

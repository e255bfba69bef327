import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { BatchKey } from '../batching.ts';
import type { CallContext } from '../connector.ts';

/** What has to be equal in calls that share a request. */
export interface GroupParts {
  readonly config: unknown;
  readonly operation: string;
  readonly values: JsonObject;
  /** The argument by which members differ. */
  readonly keyArgument: string;
  readonly context: CallContext;
}

/** Whatever could change the request or its rights keeps calls apart. */
export function groupOf({ config, operation, values, keyArgument, context }: GroupParts): string {
  const others = Object.entries(values)
    .filter(([name]) => name !== keyArgument)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const request = sha256Hex(JSON.stringify([config, others]));
  const { tenantId, integrationId, credentialVersion } = context;
  return JSON.stringify([tenantId, integrationId, operation, credentialVersion, request]);
}

/** The key of a call, or undefined when its argument cannot be one. */
export function keyOf(value: JsonValue | undefined): BatchKey | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

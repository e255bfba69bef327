import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Authentication, CallRequest } from '../host.ts';

/** `$authorization` of schemes whose token only the host can get; asked only where an expression reads it. */
export async function askedAuthorization(
  model: JsonObject,
  authentication: Authentication | undefined,
  call: (request: CallRequest) => Promise<JsonValue>,
): Promise<JsonValue | undefined> {
  const isRemote =
    authentication?.scheme === 'oauth2' ||
    authentication?.scheme === 'oidc' ||
    authentication?.scheme === 'digest';
  if (!isRemote || !JSON.stringify(model).includes('$authorization')) return undefined;
  return await call({ kind: 'authorization', with: { authentication } });
}

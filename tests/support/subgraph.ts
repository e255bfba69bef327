import { createAssertionSigner } from '../../core/access/assertion.ts';
import type { Actor } from '../../core/access/actor.ts';
import { permissions } from '../../core/access/permissions.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { SubgraphSettings } from '../../subgraphs/server/settings.ts';

/** What the gateway of tests signs with. */
export const testKey = newSigningKey();

/** Settings of subgraphs under test. */
export const testSettings: SubgraphSettings = {
  assertionPublicKeys: publicKeyOf(testKey),
  introspection: true,
  drainMs: 500,
};

export function actorOf(tenantId: string, granted: readonly Permission[] = permissions): Actor {
  return { kind: 'user', id: newId(), tenantId, name: 'Ada', permissions: granted };
}

/** What an assertion of tests is made for, and with which key. */
interface Vouching {
  /** @default 'jobs' */
  readonly subgraph?: string;
  readonly requestId?: string;
  readonly key?: string;
}

/** The headers of a gateway that vouches for the actor in a request. */
export function vouched(
  actor: Actor,
  { subgraph = 'jobs', requestId = newId(), key = testKey }: Vouching = {},
): Promise<Record<string, string>> {
  const assertion = createAssertionSigner(key)(actor, { subgraph, requestId });
  return Promise.resolve({ 'x-operandi-actor': assertion, 'x-request-id': requestId });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: JsonValue;
  readonly errors: readonly { readonly message: string; readonly extensions: JsonObject }[];
  readonly text: string;
}

/** Posts an operation to a subgraph's port. */
export async function post(
  url: string,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text) as {
    data?: JsonValue;
    errors?: Answer['errors'];
  };
  return { status: response.status, headers: response.headers, data, errors, text };
}

/** The member of an object in an answer; throws when there is none. */
export function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue {
  return path.reduce<JsonValue>((inner, name) => {
    const member = isJsonObject(inner) ? inner[name] : undefined;
    if (member === undefined) throw new Error(`no ${name} in ${JSON.stringify(inner)}`);
    return member;
  }, value ?? null);
}

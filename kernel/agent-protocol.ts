import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { rpcStatusOf } from './rpc-messages.ts';

/** Where the card of an agent (A2A) is, below the address of the agent. */
export const agentCardPath = '/.well-known/agent-card.json';

/** Where an agent answers JSON-RPC, in the spellings that cards have had; undefined where it says nothing usable. */
export function agentServerIn(card: JsonValue): string | undefined {
  const {
    url,
    additionalInterfaces,
    supportedInterfaces,
    preferredTransport = 'JSONRPC',
  } = isJsonObject(card) ? card : {};
  const others = [additionalInterfaces, supportedInterfaces].flatMap((list) =>
    Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [],
  );
  const found = others.find((each) => isRpc(each['transport'] ?? each['protocolBinding']))?.['url'];
  const uri = isRpc(preferredTransport) && typeof url === 'string' ? url : found;
  return typeof uri === 'string' && URL.canParse(uri) ? uri : undefined;
}

/** A card may name any server: what lets us in at one address is for no other origin. */
export function isSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}

/** The parameters of a request, whose message has the key of the call as its id where it has none: by that an agent knows it again. */
export function withMessageId(params: JsonObject, key: string): JsonObject {
  const { message } = params;
  if (!isJsonObject(message) || message['messageId'] !== undefined) return params;
  return { ...params, message: { ...message, messageId: key } };
}

/** No such task, one that cannot be canceled, what the agent does not offer, a type of content that it does not take. */
const statuses: ReadonlyMap<number, number> = new Map([
  [-32_001, 404],
  [-32_002, 409],
  [-32_003, 501],
  [-32_004, 501],
  [-32_005, 415],
]);

/** The status of HTTP that says the same as a code of A2A. */
export function agentStatusOf(code: JsonValue | undefined): number {
  return statuses.get(Number(code)) ?? rpcStatusOf(code);
}

function isRpc(transport: JsonValue | undefined): boolean {
  return transport === 'JSONRPC';
}

import { createAssertionSigner } from '../../../core/access/assertion.ts';
import type { Actor } from '../../../core/access/actor.ts';
import { newId } from '../../../kernel/ids.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { RunningProduct } from '../running-product.ts';
import { openSocket } from '../socket.ts';
import type { Asked, Operation } from './operations.ts';

/** Who asks: a credential for the gateway, and what the gateway would say of them; null for anonymous. */
export interface Caller {
  readonly credential: string | null;
  readonly actor: Actor | null;
}

/** Asks an operation as a caller and tells all that comes back: the answer, or the first word of a stream. */
export type Door = (caller: Caller, operation: Operation, asked: Asked) => Promise<JsonObject>;

/** Through the gateway, as clients do; streams as server-sent events. */
export function gatewayDoor({ url }: RunningProduct): Door {
  return async ({ credential }, { root }, asked) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: root === 'Subscription' ? 'text/event-stream' : 'application/json',
        ...(credential !== null && { authorization: `Bearer ${credential}` }),
      },
      body: JSON.stringify(asked),
    });
    if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream'))
      return objectOf(await response.text());
    return objectOf(await firstEvent(response));
  };
}

async function firstEvent({ body }: Response): Promise<string> {
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    const [, event] = /event: next\ndata: (.+)\n/.exec(text) ?? [];
    // Leaving the loop closes the stream.
    if (event !== undefined) return event;
  }
  throw new Error(`the stream ended without a word: ${text}`);
}

/** Straight at the ports of subgraphs with the gateway's word, or the caller's own credential where there is none. */
export function portDoor({ subgraphUrls, assertionKey }: RunningProduct): Door {
  const sign = createAssertionSigner(assertionKey);
  const headersOf = ({ actor, credential }: Caller, subgraph: string): Record<string, string> => {
    if (actor === null) return credential === null ? {} : { authorization: `Bearer ${credential}` };
    const requestId = newId();
    return {
      'x-operandi-actor': sign(actor, { subgraph, requestId }),
      'x-request-id': requestId,
    };
  };
  return async (caller, { root, subgraph }, asked) => {
    const url = subgraphUrls[subgraph];
    const headers = headersOf(caller, subgraph);
    if (root === 'Subscription') return await firstMessage(url, headers, asked);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(asked),
    });
    return objectOf(await response.text());
  };
}

async function firstMessage(
  url: string,
  headers: Readonly<Record<string, string>>,
  { query, variables }: Asked,
): Promise<JsonObject> {
  await using socket = await openSocket(url, headers);
  socket.send({ type: 'connection_init' });
  const opened = await socket.next().catch(() => undefined);
  if (opened?.type !== 'connection_ack')
    return {
      errors: [
        { extensions: { code: (await socket.closed) === 4401 ? 'UNAUTHENTICATED' : 'CLOSED' } },
      ],
    };
  socket.send({ type: 'subscribe', id: '1', payload: { query, variables } });
  const { type, payload = null } = await socket.next();
  return type === 'error' ? { errors: payload } : isJsonObject(payload) ? payload : {};
}

function objectOf(text: string): JsonObject {
  const value: JsonValue = parseJson(text);
  if (!isJsonObject(value)) throw new Error(`no object: ${text}`);
  return value;
}

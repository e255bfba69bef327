import type { AppError } from '../../../kernel/errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { cutText } from '../../../kernel/storable.ts';
import type { OperationParams } from '../../admit/admission.ts';

/** Name of the protocol in `Sec-WebSocket-Protocol`. */
export const subprotocol = 'graphql-transport-ws';

/** Why a socket is closed; a reason of more than 123 bytes does not fit the frame. */
export interface CloseCode {
  readonly code: number;
  readonly reason: string;
}

/** Close codes of graphql-transport-ws, and of RFC 6455 where the socket itself is meant. */
export const closeCodes = {
  serviceRestart: { code: 1012, reason: 'Service restart' },
  tryAgainLater: { code: 1013, reason: 'Try again later' },
  badMessage: { code: 4400, reason: 'Invalid message received' },
  unauthorized: { code: 4401, reason: 'Unauthorized' },
  forbidden: { code: 4403, reason: 'Forbidden' },
  subprotocolNotAcceptable: { code: 4406, reason: 'Subprotocol not acceptable' },
  initTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  duplicateId: { code: 4409, reason: 'Subscriber already exists' },
  tooManyInits: { code: 4429, reason: 'Too many initialisation requests' },
  internal: { code: 4500, reason: 'Internal server error' },
} as const;

// Of four bytes at most each, and a frame holds 123 bytes of reason.
const maxReasonCharacters = 60;

/** For whoever is not served, and why; what does not fit the frame is cut. */
export function refusal({ code, message }: AppError): CloseCode {
  if (code !== 'FORBIDDEN') return closeCodes.forbidden;
  return { ...closeCodes.forbidden, reason: cutText(message, maxReasonCharacters) };
}

/** What a client may send (graphql-transport-ws PROTOCOL.md). */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: JsonObject }
  | { readonly type: 'ping'; readonly payload: JsonObject | undefined }
  | { readonly type: 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly params: OperationParams }
  | { readonly type: 'complete'; readonly id: string };

/** The message in a text frame, or undefined when it is none. */
export function parseMessage(text: string): ClientMessage | undefined {
  const message = parseObject(text);
  switch (message?.['type']) {
    case 'connection_init':
      return withPayload(message, (payload) => ({
        type: 'connection_init',
        payload: payload ?? {},
      }));
    case 'ping':
      return withPayload(message, (payload) => ({ type: 'ping', payload }));
    case 'pong':
      return withPayload(message, () => ({ type: 'pong' }));
    case 'subscribe':
      return subscribeMessage(message);
    case 'complete':
      return isId(message['id']) ? { type: 'complete', id: message['id'] } : undefined;
    default:
      return undefined;
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function withPayload(
  message: JsonObject,
  make: (payload: JsonObject | undefined) => ClientMessage,
): ClientMessage | undefined {
  const payload = message['payload'] ?? undefined;
  return payload === undefined || isJsonObject(payload) ? make(payload) : undefined;
}

function subscribeMessage({ id, payload }: JsonObject): ClientMessage | undefined {
  if (!isId(id) || !isJsonObject(payload)) return undefined;
  const params = readParams(payload);
  return params && { type: 'subscribe', id, params };
}

function isId(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

function readParams(payload: JsonObject): OperationParams | undefined {
  const given = Object.entries(payload).filter(([, value]) => value !== null);
  const isWellFormed = given.every(([name, value]) => paramChecks.get(name)?.(value) ?? true);
  const params = Object.fromEntries(given.filter(([name]) => paramChecks.has(name)));
  return isWellFormed && ('query' in params || 'extensions' in params) ? params : undefined;
}

const isText = (value: JsonValue): boolean => typeof value === 'string';

const paramChecks: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['query', isText],
  ['operationName', isText],
  ['variables', isJsonObject],
  ['extensions', isJsonObject],
]);

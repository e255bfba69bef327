import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { referred } from '../parts/document-parts.ts';

/** Which way messages go, as whoever calls sees it. */
export type Direction = 'send' | 'receive';

/** What a call says of where its messages go. */
export interface Wanted {
  readonly direction: Direction;
  readonly operation?: string | undefined;
  readonly channel?: string | undefined;
}

/** A channel of a document with what is said of one way through it. */
export interface FoundChannel {
  readonly address: string;
  readonly channel: JsonObject;
  readonly operation: JsonObject;
  /** One of which a message has to be. */
  readonly messages: readonly JsonObject[];
  /** Names of the servers that have it; empty for all of them. */
  readonly servers: readonly string[];
}

/** An operation under the name that it has in a document. */
export interface NamedOperation {
  readonly name: string;
  /** What whoever calls the one whose document it is does with it. */
  readonly direction: Direction;
  readonly description: string;
}

/** True for documents of AsyncAPI 3; those of 2 have their operations within channels. */
export function isThird(document: JsonObject): boolean {
  return textOf(document['asyncapi']).startsWith('3.');
}

/** Refuses what is no document of AsyncAPI 2 or 3. */
export function requireAsyncApi(document: JsonObject): void {
  if (/^[23]\.\d/.test(textOf(document['asyncapi']))) return;
  throw new AppError('BAD_USER_INPUT', 'the document is none of AsyncAPI 2 or 3', {
    path: 'document',
  });
}

/** The channel that is meant. */
export function findChannel(document: JsonObject, wanted: Wanted): FoundChannel {
  const found = isThird(document) ? ofThird(document, wanted) : ofSecond(document, wanted);
  if (found !== undefined) return found;
  const { operation, channel = '' } = wanted;
  const what = operation === undefined ? `Channel to ${wanted.direction} on` : 'Operation';
  throw new NotFoundError(`${what} in the document`, (operation ?? channel).slice(0, 200));
}

/** All operations of a document, in its order. */
export function operationsOf(document: JsonObject): readonly NamedOperation[] {
  if (isThird(document))
    return Object.entries(objectOf(document['operations'])).map(([name, value]) => {
      const operation = referred(document, value);
      const direction = operation['action'] === 'receive' ? 'send' : 'receive';
      return { name, direction, description: descriptionOf(operation) };
    });
  return Object.entries(objectOf(document['channels'])).flatMap(([address, value]) =>
    sidesOf(document, value).map(({ direction, operation }) => {
      const { operationId } = operation;
      const name = typeof operationId === 'string' ? operationId : `${direction} ${address}`;
      return { name, direction, description: descriptionOf(operation) };
    }),
  );
}

function descriptionOf({ summary, description }: JsonObject): string {
  return textOf(summary ?? description).slice(0, 1_000);
}

function ofThird(document: JsonObject, wanted: Wanted): FoundChannel | undefined {
  const channels = objectOf(document['channels']);
  if (wanted.operation === undefined) {
    const [, value] =
      Object.entries(channels).find(
        ([name, each]) =>
          name === wanted.channel || referred(document, each)['address'] === wanted.channel,
      ) ?? [];
    return value === undefined ? undefined : channelOfThird(document, value, {});
  }
  const operations = objectOf(document['operations']);
  if (!Object.hasOwn(operations, wanted.operation)) return undefined;
  const operation = referred(document, operations[wanted.operation]);
  return channelOfThird(document, operation['channel'] ?? {}, operation);
}

function channelOfThird(
  document: JsonObject,
  value: JsonValue,
  operation: JsonObject,
): FoundChannel | undefined {
  const channel = referred(document, value);
  const { address } = channel;
  if (typeof address !== 'string') return undefined;
  const named = listOf(operation['messages']);
  const all = named.length > 0 ? named : Object.values(objectOf(channel['messages']));
  return {
    ...{ address, channel, operation: withTraits(document, operation) },
    messages: messagesOf(document, all),
    servers: listOf(channel['servers']).map((server) => nameOf(server)),
  };
}

function ofSecond(document: JsonObject, wanted: Wanted): FoundChannel | undefined {
  for (const [address, value] of Object.entries(objectOf(document['channels'])))
    for (const side of sidesOf(document, value)) {
      if (!isSide(wanted, address, side)) continue;
      const channel = referred(document, value);
      const operation = withTraits(document, side.operation);
      const message = referred(document, operation['message']);
      const { oneOf } = message;
      const all = isList(oneOf) ? oneOf : [message];
      const servers = listOf(channel['servers']).map((server) => textOf(server));
      return { address, channel, operation, messages: messagesOf(document, all), servers };
    }
  return undefined;
}

interface Side {
  readonly direction: Direction;
  readonly operation: JsonObject;
}

/** What clients publish is what they send. */
function sidesOf(document: JsonObject, value: JsonValue): readonly Side[] {
  const { publish, subscribe } = referred(document, value);
  return [
    ...(isJsonObject(publish) ? [{ direction: 'send' as const, operation: publish }] : []),
    ...(isJsonObject(subscribe) ? [{ direction: 'receive' as const, operation: subscribe }] : []),
  ];
}

function isSide(wanted: Wanted, address: string, { direction, operation }: Side): boolean {
  if (wanted.operation === undefined)
    return wanted.channel === address && wanted.direction === direction;
  const { operationId = `${direction} ${address}` } = operation;
  return operationId === wanted.operation;
}

/** Messages with what their traits say besides. */
function messagesOf(document: JsonObject, values: readonly JsonValue[]): readonly JsonObject[] {
  return values.map((value) => withTraits(document, referred(document, value)));
}

function withTraits(document: JsonObject, part: JsonObject): JsonObject {
  const traits = listOf(part['traits']).map((trait) => referred(document, trait));
  const members = [...traits, part].flatMap((each) => Object.entries(each));
  return Object.fromEntries(members);
}

function nameOf(server: JsonValue): string {
  const reference = isJsonObject(server) ? textOf(server['$ref']) : '';
  return reference.split('/').at(-1) ?? '';
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
